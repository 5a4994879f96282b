"""The first administrator lets himself in by a one-time link; there is no default password."""

from datetime import UTC, datetime, timedelta

import pytest

from lianfang.accounts import links, sessions
from lianfang.accounts.models import OneTimeLink, User
from lianfang.kernel import audit
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditHead, AuditRecord
from lianfang.kernel.permissions import Permission

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 2, 1, 8, 0, tzinfo=UTC)
PASSWORD = "yun-bin-wan-3-2-501"


def redeem(token: str, *, now: datetime = NOW, username: str = "Wang.Li", password: str = PASSWORD) -> User:
    return links.redeem_first_administrator(
        token=token, username=username, display_name="王丽", password=password, now=now
    )


def issue(now: datetime = NOW) -> str:
    token = links.issue_first_administrator(now=now)
    assert token is not None
    return token


def test_link_makes_an_administrator_of_the_whole_territory() -> None:
    user = redeem(issue())
    actor = sessions.actor_for(user, now=NOW)
    assert user.username == "wang.li"
    assert actor.can(Permission.USER_MANAGE, "330109/")
    assert actor.can(Permission.PERSON_REVEAL)  # as the data centre, which he also is on the first day


def test_link_is_kept_as_a_hash_only() -> None:
    token = issue()
    assert token not in str(list(OneTimeLink.objects.values()))


def test_link_works_once() -> None:
    token = issue()
    redeem(token)
    with pytest.raises(ProblemError, match=r"link\.invalid"):
        redeem(token, username="other")


def test_link_expires() -> None:
    token = issue()
    with pytest.raises(ProblemError, match=r"link\.invalid"):
        redeem(token, now=NOW + timedelta(hours=24))


def test_a_fresh_link_voids_the_earlier_one() -> None:
    earlier = issue()
    issue()
    assert not links.first_administrator_link_is_valid(token=earlier, now=NOW)


def test_no_link_when_there_is_a_user() -> None:
    redeem(issue())
    assert links.issue_first_administrator(now=NOW) is None


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", ""])
def test_a_weak_password_leaves_the_link_usable(password: str) -> None:
    token = issue()
    with pytest.raises(ProblemError, match=r"password\.weak"):
        redeem(token, password=password)
    assert links.first_administrator_link_is_valid(token=token, now=NOW)


def test_everything_is_recorded_without_the_token() -> None:
    token = issue()
    redeem(token)
    assert audit.verify() is None
    assert AuditHead.objects.get().records == 3
    assert token not in str(list(AuditRecord.objects.values()))
