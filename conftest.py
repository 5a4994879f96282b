"""For all tests: mark those that touch a database, so that check.py can run these on PostgreSQL again."""

import pytest

_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "client"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Add the mark `database`."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & _DATABASE_FIXTURES:
            item.add_marker("database")
