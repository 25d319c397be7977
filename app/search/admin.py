"""Words for staff: synonyms, questions that are not offered, and what people asked for in vain."""

from collections.abc import Callable
from typing import Any

from flask import flash
from flask_admin.form import BaseForm
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.search import wording
from app.shared.errors import DomainError
from app.shared.filters import when
from app.shared.staff_view import StaffView
from app.shared.web import say


def _time(_view: Any, _context: Any, row: Any, name: str) -> str:
    return when(getattr(row, name))


def _try(verb: Callable[[], object]) -> bool:
    """Run a verb; what is wrong is said above the form."""
    try:
        verb()
    except DomainError as problem:
        flash(say(problem), "error")
        return False
    flash(gettext("已保存"), "success")
    return True


class WordsView(StaffView):
    """Changes go through verbs, and back to the list."""

    area = "search"
    form_base_class = BaseForm  # the mall's own token guards every write; a second of the same name would clash
    column_default_sort = ("id", True)

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return str(self.get_url(".index_view"))


class SynonymsAdmin(WordsView):
    """Groups of words for the same goods."""

    can_create = True
    can_edit = True
    column_list = ("id", "words", "is_active", "updated_at")
    column_searchable_list = ("words",)
    column_labels = {"id": _l("编号"), "words": _l("同义词"), "is_active": _l("启用"), "updated_at": _l("更新时间")}
    column_descriptions = {"words": _l("同一种商品的几种叫法，用逗号隔开，互相都能搜到")}
    column_formatters = {"updated_at": _time}
    form_columns = ("words", "is_active")

    def create_model(self, form: Any) -> Any:
        return _try(lambda: wording.save_synonyms(None, form.words.data or "", form.is_active.data))

    def update_model(self, form: Any, model: Any) -> bool:
        group_id = model.id
        return _try(lambda: wording.save_synonyms(group_id, form.words.data or "", form.is_active.data))


class BlockedWordAdmin(WordsView):
    """Questions that are neither hot words nor suggestions."""

    can_create = True
    can_delete = True
    column_list = ("id", "word", "created_at")
    column_labels = {"id": _l("编号"), "word": _l("屏蔽词"), "created_at": _l("创建时间")}
    column_formatters = {"created_at": _time}
    form_columns = ("word",)

    def create_model(self, form: Any) -> Any:
        return _try(lambda: wording.block_word(form.word.data or ""))

    def delete_model(self, model: Any) -> bool:
        word_id = model.id
        return _try(lambda: wording.unblock_word(word_id))


class SearchMissAdmin(StaffView):
    """What was asked and not found, the commonest first: words to teach, goods to buy."""

    area = "search"
    column_list = ("question", "count", "last_at")
    column_searchable_list = ("question",)
    column_sortable_list = ("count", "last_at")
    column_default_sort = ("count", True)
    column_labels = {"question": _l("搜索词"), "count": _l("次数"), "last_at": _l("最近一次")}
    column_formatters = {"last_at": _time}
