"""The desk of the pages of words and of the facts in the footer: edit, look at it in the shop, compare, bring back."""

import difflib
from dataclasses import fields
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from flask_babel import gettext
from flask_login import current_user

from app.contents import facts as fact_sheet
from app.contents import footer, texts, versions, writing
from app.contents.facts import HINTS, LABELS, Facts
from app.contents.footer import Footer, Words
from app.contents.texts import SLUGS, PageText
from app.contents.versions import Version
from app.pictures.policy import Kind
from app.pictures.receiving import Upload, receive
from app.shared import staff_undo
from app.shared.errors import BadValue, DomainError, NotFound
from app.shared.staff_view import StaffOnly, needs
from app.shared.web import say

UPLOADS = (Upload("admin_words.save_facts", for_staff=True), Upload("admin_words.preview_facts", for_staff=True))


class WordDesk(StaffOnly, BaseView):
    """Five pages and one sheet of facts."""

    area = "contents"

    @expose("/")
    @needs("view")
    def index(self) -> ResponseReturnValue:
        """What there is, who wrote it last and when."""
        names = {slug: texts.name_of(slug) for slug in SLUGS}
        newest = versions.newest_of([*names.values(), fact_sheet.NAME])
        pages = [(slug, title, newest.get(names[slug])) for slug, title in SLUGS.items()]
        facts = {"pages": pages, "facts": newest.get(fact_sheet.NAME), "newest": newest, "footer": footer.footer()}
        return str(self.render("contents/admin_words.html", **facts))

    @expose("/<slug>/", methods=("GET",))
    @needs("view")
    def page(self, slug: str) -> ResponseReturnValue:
        """One page in both languages, and its history."""
        version = versions.newest(texts.name_of(slug))
        text = texts.shipped(slug) if version is None else texts.read(version.content)
        return self._page(slug, text, version.number if version else 0)

    @expose("/<slug>/", methods=("POST",))
    @needs("edit")
    def save(self, slug: str) -> ResponseReturnValue:
        """Another version."""
        typed = _typed_page()
        try:
            seen = _number("seen")
            number = writing.write_page(slug, seen, typed, _actor())
        except DomainError as problem:
            flash(say(problem), "error")
            return self._page(slug, typed, _number("seen")), problem.http_status
        self._offer(texts.name_of(slug), number, seen)
        return redirect(url_for("admin_words.page", slug=slug), 303)

    @expose("/<slug>/preview/", methods=("POST",))
    @needs("edit")
    def preview(self, slug: str) -> ResponseReturnValue:
        """The page as shoppers would see it; nothing is saved."""
        texts.name_of(slug)
        words = Words(slug, texts.tidy(_typed_page()), footer.footer().facts)
        return render_template("contents/page.html", page=words, preview=True)

    @expose("/facts/", methods=("GET",))
    @needs("view")
    def facts(self) -> ResponseReturnValue:
        """Company, telephone, filing number: the footer of every page."""
        version = versions.newest(fact_sheet.NAME)
        facts = fact_sheet.read(version.content) if version else Facts()
        return self._facts(facts, version.number if version else 0)

    @expose("/facts/", methods=("POST",))
    @needs("edit")
    def save_facts(self) -> ResponseReturnValue:
        """Another version."""
        typed = _typed_facts()
        try:
            seen = _number("seen")
            typed = _with_picture(typed)
            number = writing.write_facts(seen, typed, _actor())
        except DomainError as problem:
            flash(say(problem), "error")
            return self._facts(typed, _number("seen")), problem.http_status
        self._offer(fact_sheet.NAME, number, seen)
        return redirect(url_for("admin_words.facts"), 303)

    @expose("/facts/preview/", methods=("POST",))
    @needs("edit")
    def preview_facts(self) -> ResponseReturnValue:
        """A page with the footer as it would be; nothing is saved."""
        draft = Footer(fact_sheet.tidy(vars(_typed_facts())), footer.footer().titles)
        words = Words("contact", footer.words("contact").text, draft.facts)
        return render_template("contents/page.html", page=words, preview=True, site_footer=lambda: draft)

    @expose("/versions/<about>/<int:number>/")
    @needs("view")
    def version(self, about: str, number: int) -> ResponseReturnValue:
        """What a version changed, line by line, and what it would change back."""
        _known(about)
        then, newest = versions.get(about, number), versions.newest(about)
        before = versions.get(about, number - 1) if number > 1 else _shipped(about)
        facts: dict[str, Any] = {"name": about, "version": then, "newest": newest, "labels": _labels(about)}
        changes = {key: _diff(before.content.get(key, ""), text) for key, text in then.content.items()}
        return str(self.render("contents/admin_version.html", changes=changes, back=_page_of(about), **facts))

    @expose("/versions/<about>/<int:number>/restore/", methods=("POST",))
    @needs("edit")
    def restore(self, about: str, number: int) -> ResponseReturnValue:
        """Bring it back, as a new version; 0 is what came with the mall."""
        _known(about)
        try:
            seen = _number("seen")
            self._offer(about, writing.restore(about, number, seen, _actor()), seen)
        except DomainError as problem:
            flash(say(problem), "error")
        return redirect(_page_of(about), 303)

    def _offer(self, name: str, number: int, before: int) -> None:
        url = url_for("admin_words.restore", about=name, number=before)
        staff_undo.offer(gettext("已保存，商城的页面已更新"), url, seen=number)

    def _page(self, slug: str, text: PageText, seen: int) -> str:
        past = versions.history(texts.name_of(slug))
        facts: dict[str, Any] = {"slug": slug, "text": text, "seen": seen, "past": past}
        return str(self.render("contents/admin_page.html", name=SLUGS[slug], tokens=texts.TOKENS, **facts))

    def _facts(self, facts: Facts, seen: int) -> str:
        past = versions.history(fact_sheet.NAME)
        labels: dict[str, Any] = {"labels": LABELS, "hints": HINTS, "longest": fact_sheet.LONGEST}
        return str(self.render("contents/admin_facts.html", facts=facts, seen=seen, past=past, **labels))


def _actor() -> str:
    return f"staff:{current_user.id}"


def _number(field: str) -> int:
    text = request.form.get(field, "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadValue()
    return int(text)


def _typed_page() -> PageText:
    form = request.form
    return PageText(**{field.name: form.get(field.name, "")[: texts.BODY_LONGEST * 2] for field in fields(PageText)})


def _typed_facts() -> Facts:
    form = request.form
    facts = {field.name: form.get(field.name, "")[:500] for field in fields(Facts)}
    return Facts(**{**facts, "licence_picture": "" if "bare" in form else facts["licence_picture"]})


def _with_picture(facts: Facts) -> Facts:
    stems = receive(Kind.AD, 1).or_fail()
    return Facts(**{**vars(facts), "licence_picture": stems[0]}) if stems else facts


def _known(name: str) -> None:
    """A page or the facts; slots have a desk of their own. NotFound."""
    if name != fact_sheet.NAME and (not name.startswith("page:") or name.removeprefix("page:") not in SLUGS):
        raise NotFound()


def _shipped(name: str) -> Version:
    if name == fact_sheet.NAME:
        return Version(0, vars(Facts()))
    return Version(0, texts.as_content(texts.shipped(name.removeprefix("page:"))))


def _page_of(name: str) -> str:
    return (
        url_for("admin_words.facts")
        if name == fact_sheet.NAME
        else url_for("admin_words.page", slug=name.removeprefix("page:"))
    )


def _labels(name: str) -> dict[str, str]:
    if name == fact_sheet.NAME:
        return {key: gettext(text) for key, text in LABELS.items()} | {"licence_picture": gettext("营业执照图片")}
    titles = {"title": gettext("标题"), "title_en": gettext("标题（英文）")}
    return titles | {"body": gettext("正文"), "body_en": gettext("正文（英文）")}


def _diff(old: str, new: str) -> list[tuple[str, str]]:
    """(`+`, `-` or nothing, line) of what changed, with a line around it; empty when nothing did."""
    if old == new:
        return []
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    return [(line[0].strip(), line[1:]) for line in lines if not line.startswith(("---", "+++", "@@"))]
