"""For all tests: a data folder of their own, and the mark of those that touch a database."""

import os
import tempfile

import pytest
import pytest_django

# Before Django reads its settings: tests never see the developer's data.
os.environ["LIANFANG_DATA"] = tempfile.mkdtemp(prefix="lianfang-test-")

_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "client"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches a database, so that check.py can run just that again on PostgreSQL."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & _DATABASE_FIXTURES:
            item.add_marker("database")


@pytest.fixture(autouse=True)
def _fast_passwords(settings: pytest_django.Settings) -> None:
    """Hashing is slow on purpose; tests need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
