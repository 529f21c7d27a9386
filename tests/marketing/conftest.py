"""The shop's first rules, however the table was emptied before, and a staff group."""

import pytest

from tests.factories.marketing import set_rules

STAFF_GROUP = -100777


@pytest.fixture
def rules(db):
    """The rules that a new shop begins with."""
    set_rules(d14=20, d7=35, d3=50)


@pytest.fixture
def staff_group(settings) -> int:
    settings.TELEGRAM_STAFF_CHAT_ID = STAFF_GROUP
    return STAFF_GROUP
