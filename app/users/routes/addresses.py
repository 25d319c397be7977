"""The address book."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.shared.errors import DomainError, NotFound
from app.shared.web import ok, private, safe_next, see_other, user_id, wants_json
from app.users import addresses as book
from app.users import areas_offer, policy, services
from app.users.forms.addresses import AddressForm, TitleForm
from app.users.forms.shown import ShownForm
from app.users.queries import AddressCard
from app.users.routes.blueprint import bp
from app.users.routes.shown import blame, start


@bp.get("/addresses/")
@private
def addresses() -> ResponseReturnValue:
    """The book; `edit` opens one in the form."""
    if wants_json():
        cards = book.list_addresses(user_id())
        default = next((card.id for card in cards if card.is_default), None)
        shown = [_as_json(card) for card in cards]
        return ok(addresses=shown, default_address_id=default, limit=policy.MOST_ADDRESSES)
    editing = request.args.get("edit", type=int)
    form = AddressForm.of(book.get_address(user_id(), editing)) if editing else start(AddressForm)
    return _address_page(form, editing)


@bp.post("/addresses/create/")
@private
def create_address() -> ResponseReturnValue:
    """A new address."""
    return _write_address(None)


@bp.route("/addresses/<int:address_id>/", methods=["PUT", "DELETE"])
@private
def address(address_id: int) -> ResponseReturnValue:
    """Change an address, or hide it."""
    if request.method == "PUT":
        return _write_address(address_id)
    services.remove_address(user_id(), address_id)
    return ok() if wants_json() else see_other(url_for(".addresses"))


@bp.put("/addresses/<int:address_id>/default/")
@private
def default_address(address_id: int) -> ResponseReturnValue:
    """Preselect this one from now on."""
    services.choose_default_address(user_id(), address_id)
    return ok() if wants_json() else see_other(url_for(".addresses"))


@bp.put("/addresses/<int:address_id>/title/")
@private
def address_title(address_id: int) -> ResponseReturnValue:
    """Call it otherwise; nothing else of the address changes (ADR-5)."""
    form = TitleForm.read()
    if not form.validate():
        if wants_json():
            raise form.problem()
        flash(form.title.errors[0], "bad")
    else:
        book.rename(user_id(), address_id, form.title.data)
    if wants_json():
        return ok(address=_as_json(book.get_address(user_id(), address_id)))
    return see_other(url_for(".addresses", _anchor=f"address-{address_id}"))


def _write_address(address_id: int | None) -> ResponseReturnValue:
    form = AddressForm.read()
    if not wants_json() and ("choose" in request.form or "pick" in request.form):
        return _address_page(form, address_id)
    try:
        if not form.validate():
            raise form.problem()
        if address_id is None:
            address_id = services.add_address(user_id(), form.values())
        else:
            services.change_address(user_id(), address_id, form.values())
    except NotFound:
        raise
    except DomainError as problem:
        return _address_page(form, address_id, problem)
    if wants_json():
        return ok(address=_as_json(book.get_address(user_id(), address_id)))
    return see_other(safe_next(form.next.data, url_for(".addresses")))


def _address_page(form: ShownForm, editing: int | None, problem: DomainError | None = None) -> ResponseReturnValue:
    status = blame(form, problem)
    areas_offer.fill(form)
    page = render_template(
        "users/addresses.html",
        addresses=book.list_addresses(user_id()),
        limit=policy.MOST_ADDRESSES,
        form=form,
        editing=editing,
        next=safe_next(form.data.get("next") or request.args.get("next"), ""),
    )
    return page, status


def _as_json(card: AddressCard) -> dict[str, object]:
    """An address under the original's field names, with the ids an edit form needs (ADR-5)."""
    names = ("id", "title", "receiver", "province", "city", "district", "province_id", "city_id", "district_id")
    more = ("place", "mobile", "tel", "email", "is_default")
    return {name: getattr(card, name) for name in (*names, *more)}
