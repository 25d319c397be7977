"""Somebody with an account elsewhere, who walks from the shop to the sandbox's provider and back."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.verifications import store
from tests.fixtures.browser import Server
from tests.oauth.traveller import Traveller
from tests.pages import PageClient

CODE = "123456"


@pytest.fixture
def traveller(client: PageClient, server: Server) -> Traveller:
    """A browser; the mall asks the provider over real HTTP."""
    return Traveller(client)


@pytest.fixture
def another(app: Flask, server: Server) -> Traveller:
    """Another browser."""
    return Traveller(PageClient(app))


@pytest.fixture
def sms(app: Flask) -> Callable[[str, str], str]:
    """`sms(mobile, purpose)`: a code has been sent; what it says."""

    def sent(mobile: str, purpose: str) -> str:
        with app.app_context():
            store.keep_sms_code("one", mobile, purpose, CODE)
        return CODE

    return sent
