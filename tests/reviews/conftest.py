"""Lily's goods have arrived."""

import pytest

from tests.factories.world import Person, World
from tests.reviews.arrived import Arrived, arrive


@pytest.fixture
def arrived(make: World, lily: Person) -> Arrived:
    """One order of two SKUs."""
    return arrive(make, lily, [make.sku(), make.sku()])
