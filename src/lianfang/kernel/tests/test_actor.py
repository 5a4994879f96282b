"""What an actor may do, and where."""

import pytest

from lianfang.kernel.actor import EVERYWHERE, Actor, Grant, Scope, system
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission

WEST, EAST = "330109/330109001/", "330109/330109002/"


def actor(*grants: Grant) -> Actor:
    return Actor(user_id=1, name="王丽", grants=grants)


SECRETARY = actor(Grant(frozenset({Permission.PERSON_VIEW}), WEST))


def test_a_grant_holds_for_its_area_and_below() -> None:
    assert SECRETARY.can(Permission.PERSON_VIEW, WEST)
    assert SECRETARY.can(Permission.PERSON_VIEW, WEST + "330109001004/")
    assert not SECRETARY.can(Permission.PERSON_VIEW, EAST)
    assert not SECRETARY.can(Permission.PERSON_VIEW, "330109/")
    assert not SECRETARY.can(Permission.PERSON_CORRECT, WEST)


def test_outside_ones_area_answers_like_nothing_there() -> None:
    with pytest.raises(ProblemError, match="not_found"):
        SECRETARY.require(Permission.PERSON_VIEW, EAST)


def test_without_the_permission_anywhere_it_is_forbidden() -> None:
    with pytest.raises(ProblemError, match="forbidden"):
        SECRETARY.require(Permission.EXPORT)


def test_scopes_of_several_grants_add_up() -> None:
    both = actor(*(Grant(frozenset({Permission.PERSON_VIEW}), path) for path in (EAST, WEST)))
    assert both.scope(Permission.PERSON_VIEW) == Scope((WEST, EAST))


def test_a_grant_without_area_and_the_system_reach_everywhere() -> None:
    whole = actor(Grant(frozenset({Permission.PERSON_VIEW}), ""))
    assert whole.scope(Permission.PERSON_VIEW) is EVERYWHERE
    assert system("job").can(Permission.SYSTEM_MANAGE, EAST)


def test_nobody_may_do_nothing() -> None:
    assert not actor().scope(Permission.PERSON_VIEW)
    assert not actor().can(Permission.PERSON_VIEW)
