"""Several at once: what one may get only once, one gets; the audit chain stays whole. On both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connections

from lianfang.accounts import links
from lianfang.accounts.models import User
from lianfang.kernel import audit
from lianfang.kernel.actor import system
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditHead

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2020, 2, 1, 8, 0, tzinfo=UTC)


def at_once(work: Callable[[int], str], times: int) -> list[str]:
    """The answers of `times` threads, each with a database connection of its own."""

    def one(number: int) -> str:
        try:
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


def test_of_several_browsers_with_one_link_one_becomes_administrator() -> None:
    token = links.issue_first_administrator(now=NOW)
    assert token

    def redeem(number: int) -> str:
        try:
            links.redeem_first_administrator(
                token=token, username=f"user{number}", display_name="", password="yun-bin-wan-3", now=NOW
            )
        except ProblemError as refused:
            return refused.code
        return "in"

    assert sorted(at_once(redeem, 4)) == ["in", *["link.invalid"] * 3]
    assert User.objects.count() == 1
    assert audit.verify() is None


def test_records_written_at_once_form_one_chain() -> None:
    def write(number: int) -> str:
        for step in range(5):
            audit.record(actor=system(f"job {number}"), action="job.done", now=NOW, object_id=step)
        return "written"

    at_once(write, 4)
    assert AuditHead.objects.get().records == 20
    assert audit.verify() is None
