"""Whether somebody is known outside one's area: said only to whoever names him by what identifies him alone.

A whole valid ID number, or a whole mobile number together with the name. The question is recorded, and only so many
are answered in an hour: nobody finds out who is known by trying numbers.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.models import AuditRecord
from lianfang.registry import access, matching
from lianfang.registry.models import Identifier, IdentifierKind, Person

#: Questions of one user that are answered within WINDOW.
QUESTIONS = 20
WINDOW = timedelta(hours=1)
_ACTION = "person.asked_elsewhere"
_ID = re.compile(r"^[1-9]\d{14}(?:\d{2}[\dx])?$")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_NAME = re.compile(r"^[\u3400-\u9fff·]{2,20}$|^[a-z][a-z' -]{3,40}$")


class Elsewhere(StrEnum):
    """What is said of people outside one's area."""

    EXISTS = "exists"
    UNKNOWN = "unknown"
    LIMIT = "limit"


def ask(*, actor: Actor, now: datetime, text: str) -> Elsewhere | None:
    """Whether `text` names somebody outside the actor's area; None when it names nobody exactly, or somebody inside."""
    words = unicodedata.normalize("NFKC", text).casefold().split()
    number = next((word for word in words if _ID.match(word)), None)
    phone = next((word for word in words if _MOBILE.match(word)), None)
    name = next((word for word in words if _NAME.match(word)), None)
    if number is None and (phone is None or name is None):
        return None
    holders = _holders(number, phone, name, now)
    if access.people(actor).filter(pk__in=holders).exists():
        return None
    with transaction.atomic():
        asked = AuditRecord.objects.filter(
            actor_id=actor.user_id, at__gt=now - WINDOW, action=_ACTION
        ).count()
        limit = asked >= QUESTIONS
        kind = "id_number" if number else "phone_name"
        audit.record(
            actor=actor, action=_ACTION, now=now, kind="person",
            details={"by": kind, "found": bool(holders) and not limit, "refused": limit},
        )  # fmt: skip
    if limit:
        return Elsewhere.LIMIT
    return Elsewhere.EXISTS if holders else Elsewhere.UNKNOWN


def _holders(number: str | None, phone: str | None, name: str | None, now: datetime) -> list[int]:
    if number is not None:
        said = matching.matcher().describe({"id_number": number}, now.date())
        found = Identifier.objects.filter(kind=IdentifierKind.ID_NUMBER, value=said.get("id18") or "")
        return list(found.values_list("person", flat=True))
    numbers = Identifier.objects.filter(kind=IdentifierKind.PHONE, value=phone or "").values_list("person")[
        :200
    ]
    people = Person.objects.unscoped(reason="whether somebody is known; nothing else is said of him")
    named = people.filter(pk__in=[pk for (pk,) in numbers]).values_list("pk", "name", "descriptions")
    return [pk for pk, shown, said in named if name in {shown.casefold(), *_names(said)}]


def _names(descriptions: list[dict[str, str]]) -> set[str]:
    return {str(one["name"]).casefold() for one in descriptions if one.get("name")}
