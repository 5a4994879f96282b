"""Access tokens: a part of what their user may do, until a day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from lianfang.accounts import tokens
from lianfang.accounts.models import AccessToken, Appointment, User
from lianfang.accounts.roles import Role
from lianfang.accounts.sessions import actor_for
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditRecord
from lianfang.kernel.permissions import Permission

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 2, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def secretary() -> Actor:
    user = User.objects.create(username="wang.li", created_at=NOW)
    Appointment.objects.create(user=user, role=Role.SECRETARY.value, starts_at=NOW - timedelta(days=1))
    return actor_for(user, now=NOW)


def issue(actor: Actor, *permissions: Permission, name: str = "日报", days: int = 30) -> str:
    chosen = permissions or (Permission.RUN_VIEW,)
    return tokens.issue(actor=actor, now=NOW, name=name, permissions=chosen, days=days)[1]


def test_it_acts_as_its_user_with_its_own_permissions_only(secretary: Actor) -> None:
    actor = tokens.actor_of_secret(issue(secretary, Permission.RUN_VIEW, Permission.EXPORT), now=NOW)
    assert actor.user_id == secretary.user_id
    assert actor.can(Permission.RUN_VIEW)
    assert actor.can(Permission.EXPORT)
    assert not actor.can(Permission.PERSON_REVEAL)


def test_what_its_user_loses_it_loses(secretary: Actor) -> None:
    secret = issue(secretary)
    Appointment.objects.update(ends_at=NOW)
    assert not tokens.actor_of_secret(secret, now=NOW + timedelta(seconds=1)).can(Permission.RUN_VIEW)


def test_the_secret_is_nowhere_in_the_database(secretary: Actor) -> None:
    secret = issue(secretary)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_accesstoken")
        stored = str(cursor.fetchall())
    assert secret not in stored
    assert secret[len(tokens.PREFIX) : -4] not in stored
    assert secret not in str(list(AuditRecord.objects.values()))


def test_it_ends_on_its_day_when_revoked_and_when_its_user_is_locked(secretary: Actor) -> None:
    late, revoked, locked = (issue(secretary, days=days) for days in (1, 2, 3))
    for secret, moment in ((late, NOW + timedelta(days=1)), ("", NOW), ("lianfang_x", NOW), ("\ud800", NOW)):
        with pytest.raises(ProblemError, match=r"token\.invalid"):
            tokens.actor_of_secret(secret, now=moment)
    number = AccessToken.objects.get(hint=revoked[-4:]).pk
    tokens.revoke(actor=secretary, now=NOW, number=number)
    tokens.revoke(actor=secretary, now=NOW, number=number)
    assert AuditRecord.objects.filter(action="token.revoked").count() == 1
    with pytest.raises(ProblemError, match=r"token\.invalid"):
        tokens.actor_of_secret(revoked, now=NOW)
    User.objects.update(is_active=False)
    with pytest.raises(ProblemError, match=r"token\.invalid"):
        tokens.actor_of_secret(locked, now=NOW)


@pytest.mark.parametrize(
    ("code", "name", "permissions", "days"),
    [
        ("token.name", "  ", {Permission.RUN_VIEW}, 30),
        ("token.name", "长" * 61, {Permission.RUN_VIEW}, 30),
        ("token.permissions", "x", set(), 30),
        ("token.permissions", "x", {Permission.RUN_VIEW, Permission.SYSTEM_MANAGE}, 30),
        ("token.expiry", "x", {Permission.RUN_VIEW}, 0),
        ("token.expiry", "x", {Permission.RUN_VIEW}, 367),
    ],
)
def test_what_does_not_fit_is_refused(
    secretary: Actor, code: str, name: str, permissions: set[Permission], days: int
) -> None:
    with pytest.raises(ProblemError, match=code.replace(".", r"\.")):
        tokens.issue(actor=secretary, now=NOW, name=name, permissions=permissions, days=days)
    assert not AccessToken.objects.exists()


def test_a_token_makes_and_revokes_no_tokens(secretary: Actor) -> None:
    narrow = tokens.actor_of_secret(issue(secretary), now=NOW)
    with pytest.raises(ProblemError, match=r"token\.refused"):
        issue(narrow)
    with pytest.raises(ProblemError, match=r"token\.refused"):
        tokens.revoke(actor=narrow, now=NOW, number=AccessToken.objects.get().pk)


def test_others_tokens_are_not_there(secretary: Actor) -> None:
    issue(secretary)
    stranger = Actor(user_id=User.objects.create(username="li", created_at=NOW).pk, name="李")
    assert not tokens.own(stranger).exists()
    with pytest.raises(ProblemError, match="not_found"):
        tokens.revoke(actor=stranger, now=NOW, number=AccessToken.objects.get().pk)


def test_twenty_working_ones_are_enough(secretary: Actor) -> None:
    for _ in range(tokens.MOST):
        issue(secretary)
    with pytest.raises(ProblemError, match=r"token\.too_many"):
        issue(secretary)
    tokens.revoke(actor=secretary, now=NOW, number=AccessToken.objects.order_by("pk")[0].pk)
    assert issue(secretary)


def test_its_use_is_noted_to_the_minute(secretary: Actor) -> None:
    secret = issue(secretary)
    for seconds, noted in ((0, 0), (30, 0), (90, 90)):
        tokens.actor_of_secret(secret, now=NOW + timedelta(seconds=seconds))
        assert AccessToken.objects.get().used_at == NOW + timedelta(seconds=noted)
