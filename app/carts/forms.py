"""The shape of cart requests; JSON and browser forms alike."""

from flask_babel import lazy_gettext as _l
from wtforms import Field, IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional

from app.shared.forms import Form

BIGGEST = 2**31 - 1


class Tick(Field):
    """A tick as JSON's true/false or a form's words; absent means "leave it"."""

    WORDS = {"true": True, "1": True, "on": True, "false": False, "0": False, "": False, "off": False}

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: bool | None = None
        if valuelist:
            word = str(valuelist[0]).strip().lower()
            if word not in self.WORDS:
                raise ValueError(_l("提交的内容有误"))
            self.data = self.WORDS[word]


def _sku_field() -> IntegerField:
    missing = InputRequired(_l("缺少必填信息"))
    return IntegerField(validators=[missing, NumberRange(1, BIGGEST, _l("提交的内容有误"))])


class AddForm(Form):
    """POST: sku_id, count, selected (ticked unless it says otherwise)."""

    sku_id = _sku_field()
    count = IntegerField(validators=[InputRequired(_l("缺少必填信息")), NumberRange(1, BIGGEST, _l("数量至少为 1"))])
    selected = Tick()
    buy_now = StringField()


class ChangeForm(Form):
    """PUT: sku_id and what changes."""

    sku_id = _sku_field()
    count = IntegerField(validators=[Optional(), NumberRange(1, BIGGEST, _l("数量至少为 1"))])
    selected = Tick()


class RemoveForm(Form):
    """DELETE: sku_id."""

    sku_id = _sku_field()


class SelectAllForm(Form):
    """PUT on the selection: selected."""

    selected = Tick(validators=[InputRequired(_l("缺少必填信息"))])
