"""Pages of roles, and the filters that staff keep."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.shared.errors import DomainError, Forbidden, NotFound
from app.shared.staff_view import ANY_STAFF, StaffOnly, needs, rights
from app.shared.web import came_from, say
from app.staff import policy, queries, saved_filters, services
from app.staff.errors import NoStaff


def _staff_id(form_name: str) -> int:
    found = queries.find_staff(request.form.get(form_name, ""))
    if found is None:
        raise NoStaff()
    return found


class RolesView(StaffOnly, BaseView):
    """Who has which role, and what a role may. Owners change it, auditors read it."""

    area = "roles"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """Every role with its people."""
        may_change = self.may("manage_roles")
        return str(self.render("admin/roles.html", roles=queries.roles(), may_change=may_change, policy=policy))

    @expose("/<int:role_id>/", methods=("GET",))
    @needs("view")
    def role(self, role_id: int) -> ResponseReturnValue:
        """The rights of one role, by area."""
        found = next((role for role in queries.roles() if role.id == role_id), None)
        if found is None:
            raise NotFound()
        may_change = self.may("manage_roles") and found.name != policy.OWNER
        return str(self.render("admin/role.html", role=found, may_change=may_change, policy=policy))

    @expose("/create/", methods=("POST",))
    @needs("manage_roles")
    def create(self) -> ResponseReturnValue:
        """A role of the mall's own."""
        form = request.form
        return self._try(lambda: services.make_role(form.get("name", ""), form.get("title", ""), current_user.id))

    @expose("/<int:role_id>/rights/", methods=("POST",))
    @needs("manage_roles")
    def rights(self, role_id: int) -> ResponseReturnValue:
        """What the role may from now on."""
        chosen = set(request.form.getlist("right"))
        return self._try(lambda: services.set_rights(role_id, chosen, current_user.id), role_id)

    @expose("/<int:role_id>/drop/", methods=("POST",))
    @needs("manage_roles")
    def drop(self, role_id: int) -> ResponseReturnValue:
        """Forget a role that nobody has."""
        return self._try(lambda: services.drop_role(role_id, current_user.id))

    @expose("/grant/", methods=("POST",))
    @needs("manage_roles")
    def grant(self) -> ResponseReturnValue:
        """Give a colleague a role."""
        return self._try(lambda: services.grant(_staff_id("username"), request.form.get("role", ""), current_user.id))

    @expose("/revoke/", methods=("POST",))
    @needs("manage_roles")
    def revoke(self) -> ResponseReturnValue:
        """Take it away."""
        return self._try(lambda: services.revoke(_staff_id("username"), request.form.get("role", ""), current_user.id))

    def _try(self, verb: Callable[[], object], role_id: int | None = None) -> ResponseReturnValue:
        try:
            verb()
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            flash(gettext("已保存"), "success")
        page = url_for("admin_roles.index") if role_id is None else url_for("admin_roles.role", role_id=role_id)
        return redirect(page, 303)


class FiltersView(StaffOnly, BaseView):
    """Keeping and dropping one's own filters; the lists show them."""

    def is_visible(self) -> bool:
        """Not in the menu."""
        return False

    @expose("/")
    @needs(ANY_STAFF)
    def index(self) -> ResponseReturnValue:
        """There is no page of them all."""
        raise Forbidden()

    @expose("/keep/", methods=("POST",))
    @needs(ANY_STAFF)
    def keep(self) -> ResponseReturnValue:
        """Under a name, for oneself."""
        form = request.form
        return self._try(
            lambda: saved_filters.keep_filter(
                current_user.id, form.get("page", ""), form.get("title", ""), form.get("query", "")
            )
        )

    @expose("/<int:filter_id>/drop/", methods=("POST",))
    @needs(ANY_STAFF)
    def drop(self, filter_id: int) -> ResponseReturnValue:
        """Forget it."""
        return self._try(lambda: saved_filters.drop_filter(current_user.id, filter_id))

    def _try(self, verb: Callable[[], object]) -> ResponseReturnValue:
        if not rights():
            raise Forbidden()  # they see no list
        try:
            verb()
        except DomainError as problem:
            flash(say(problem), "error")
        return redirect(came_from(), 303)
