"""Lily has bought and paid."""

import pytest
from flask import Flask

from tests.aftersales.bought import Bought, buy
from tests.factories.world import Person, World


@pytest.fixture
def bought(ctx: Flask, make: World, lily: Person) -> Bought:
    return buy(ctx, make, lily)
