"""Accounts for staff: a list by key, and a page of each, masked until it is asked for more."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement

from app.shared import acting
from app.shared.errors import DomainError
from app.shared.filters import mask_mobile
from app.shared.staff_lists import Choice, Col, Days, Tab, Words
from app.shared.staff_view import StaffView, needs, rights
from app.shared.web import say
from app.users import browsers, disabling, emails, person_card, words
from app.users.device_list import devices
from app.users.disabling import By
from app.users.models import User, fold
from app.users.policy import is_mobile
from app.users.queries import address_cards

YES_NO = (("1", _l("是")), ("0", _l("否")))
LONGEST_ID = 9


def _sees_people() -> bool:
    return "users.see_personal" in rights()


def _name(row: Any) -> Markup:
    return Markup('<a class="link" href="{}">{}</a>').format(
        url_for("admin_users.person", user_id=row.id), row.username
    )


def _mobile(row: Any) -> str:
    return str(row.mobile) if _sees_people() else mask_mobile(row.mobile)


def _email(row: Any) -> str:
    email = row.email or ""
    return str(email) if _sees_people() or not email else emails.mask(email)


def _state(row: Any) -> str:
    if row.deleted_at is not None:
        return str(gettext("已注销"))
    if row.is_active:
        return str(gettext("正常"))
    return Markup('<span class="tag tag-bad">{}</span>').format(gettext("已停用"))


def _by() -> By:
    return By(current_user.id, browsers.caller())


class UserAdmin(StaffView):
    """Who is registered; numbers are masked unless one may see them, hashes are not here at all."""

    area = "users"
    columns = (
        Col("username", _l("用户名"), User.username, show=_name, export=lambda row: row.username),
        Col("mobile", _l("手机号"), User.mobile, show=_mobile),
        Col("email", _l("邮箱"), User.email, show=_email),
        Col("is_active", _l("状态"), User.is_active, show=_state),
        Col("is_staff", _l("员工"), User.is_staff, kind="flag"),
        Col("created_at", _l("注册时间"), User.created_at, kind="when", sorts=True),
    )
    needs_too = (User.deleted_at,)
    filters = (
        Choice("active", _l("启用"), options=YES_NO, clause=lambda value: User.is_active == (value == "1")),
        Choice("staff", _l("员工"), options=YES_NO, clause=lambda value: User.is_staff == (value == "1")),
        Days("joined", _l("注册日期"), User.created_at),
        Words("mobile", _l("完整手机号"), clause=lambda text: User.mobile == text if is_mobile(text) else None),
    )
    default_sort = ("created_at", "desc")
    search_hint = _l("用户名开头、编号、完整手机号或邮箱")
    empty = (_l("还没有用户"), _l("顾客注册后会出现在这里；员工账号在“员工”中新建。"))
    can_export = True

    def find(self, words: str) -> ColumnElement[bool] | None:
        """A whole number or address is one person; digits may be an account's number; else a name's beginning."""
        if is_mobile(words):
            return User.mobile == words
        if "@" in words:
            return User.verified_email == fold(words)
        begins: ColumnElement[bool] = User.username_key.startswith(fold(words), autoescape=True)
        if words.isascii() and words.isdigit() and len(words) <= LONGEST_ID:
            return begins | (User.id == int(words))
        return begins

    def tabs(self) -> list[Tab]:
        """Ready filters."""
        return [
            Tab(_l("全部"), {}),
            Tab(_l("已停用"), {"active": "0"}),
            Tab(_l("员工"), {"staff": "1"}),
        ]

    @expose("/<int:user_id>/", methods=("GET",))
    @needs("view")
    def person(self, user_id: int) -> ResponseReturnValue:
        """Facts, devices and history of one account, masked."""
        return self._card(user_id, revealed=False)

    @expose("/<int:user_id>/reveal/", methods=("POST",))
    @needs("see_personal")
    def reveal(self, user_id: int) -> ResponseReturnValue:
        """The same unmasked: an act that the log tells."""
        act = acting.current()
        if act is not None:
            act.about = f"users:{user_id}"
        return self._card(user_id, revealed=True)

    @expose("/<int:user_id>/disable/", methods=("POST",))
    @needs("edit")
    def disable(self, user_id: int) -> ResponseReturnValue:
        """No way in from now on; every device is signed out."""
        reason = request.form.get("reason", "")
        return self._try(user_id, lambda: disabling.disable(user_id, reason, _by()), gettext("账号已停用"))

    @expose("/<int:user_id>/enable/", methods=("POST",))
    @needs("edit")
    def enable(self, user_id: int) -> ResponseReturnValue:
        """They may come in again."""
        return self._try(user_id, lambda: disabling.enable(user_id, _by()), gettext("账号已恢复启用"))

    @expose("/<int:user_id>/end-sign-ins/", methods=("POST",))
    @needs("edit")
    def end_sign_ins(self, user_id: int) -> ResponseReturnValue:
        """Sign out every device."""
        return self._try(user_id, lambda: disabling.end_sign_ins(user_id, _by()), gettext("已退出所有设备"))

    def _try(self, user_id: int, verb: Callable[[], object], done: str) -> ResponseReturnValue:
        try:
            verb()
        except DomainError as problem:
            flash(say(problem), "error")
        else:
            flash(done, "success")
        return redirect(url_for("admin_users.person", user_id=user_id), 303)

    def _card(self, user_id: int, *, revealed: bool) -> Response:
        page = self.render(
            "users/admin_person.html",
            person=person_card.get_person(user_id),
            devices=devices(user_id),
            past=person_card.past_sign_ins(user_id),
            events=person_card.newest_events(user_id),
            addresses=address_cards(user_id) if revealed else [],
            revealed=revealed,
            may=self.may,
            words=words,
            mask_email=emails.mask,
        )
        answer: Response = make_response(page)
        answer.headers["Cache-Control"] = "no-store"
        return answer
