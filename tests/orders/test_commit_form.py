"""The short reading of a commit takes nothing that the form would not take, and takes it alike."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.orders.forms import CommitForm, _faultless, read_commit
from app.shared.errors import BadValue
from app.shared.forms import sent

NUMBERS = st.one_of(
    st.integers(-2, 5), st.integers(2**62, 2**64), st.sampled_from(["1", "01", "+1", " 1", "1 ", "１", "x", ""])
)
TOTALS = st.sampled_from(
    ["10", "10.00", "10.0", " 10.00", "10.001", "-1", "1e3", "", "１０", "99999999999999", ".", 10, 10.5]
)
TOKENS = st.one_of(
    st.sampled_from(["token-0001", "short", "x" * 64, "x" * 65, "token 0001", "token-0001\n"]), st.text(max_size=20)
)


@given(address=NUMBERS, method=NUMBERS, token=TOKENS, total=TOTALS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_readings_agree(app: Flask, address: Any, method: Any, token: str, total: Any) -> None:
    body = {"address_id": address, "pay_method": method, "submit_token": token, "total_amount": total}
    with app.test_request_context("/orders/commit/", method="POST", json=body):
        quick, form = _faultless(sent()), CommitForm.read()
        if quick is None:
            return
        assert form.validate(), (body, form.errors)
        said = (form.address_id.data, form.pay_method.data, form.submit_token.data, form.agreed_total)
        assert said == (quick.address_id, int(quick.pay_method), quick.submit_token, quick.agreed_total)


def test_the_plain_commit_takes_the_short_way_and_the_faulty_is_told(app: Flask) -> None:
    body = {"address_id": 7, "pay_method": 2, "submit_token": "token-0001", "total_amount": "110.00"}
    with app.test_request_context("/orders/commit/", method="POST", json=body):
        assert _faultless(sent()) == read_commit()
    with app.test_request_context("/orders/commit/", method="POST", json={**body, "pay_method": 9}):
        with pytest.raises(BadValue) as told:
            read_commit()
        assert list(told.value.facts["errors"]) == ["pay_method"]
