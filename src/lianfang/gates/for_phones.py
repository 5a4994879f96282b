"""What a gate's phone holds, so that it checks by itself: gates, rules, keys, who has a pass, what is refused.

Only of compounds that reach into its user's area. Names and phones are no plain text there: a phone compares what
the guard types with `rules.lookup_key`.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum

from lianfang.gates import access, keys, kinds, refused, withdrawing
from lianfang.gates.models import IssuingKey, LookupSalt, Pass, PassPlace
from lianfang.gates.passcode import Since, sign_revocations, sign_since
from lianfang.gates.rules import PassState, compound_number, gate_number, issuer_code, issuer_path
from lianfang.gates.shipped import Kind
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory.access import compounds
from lianfang.territory.access import gates as territory_gates
from lianfang.territory.models import Compound, Gate
from lianfang.territory.rules import CODE_LENGTH

_NOTHING: Mapping[str, int] = {}
_WHY = "of compounds that reach into the phone's own area"
#: The columns of a row of the index, in this order.
INDEX = (
    "serial", "kind", "quota", "area", "name", "plate", "places", "from", "until", "subject", "name_key",
    "phone_key", "phone_tail",
)  # fmt: skip


def area_of(actor: Actor) -> Scope | None:
    """Where the actor works at gates; None when nowhere."""
    return actor.scope(access.GATE) or None


def gates(actor: Actor, scope: Scope, *, now: datetime) -> dict[str, Any]:
    """Gates, kinds, quotas, keys and salts. The same until somebody changes something."""
    own = _own(actor)
    own_kinds, quotas = kinds.rules_in(scope)
    return {
        "compounds": [
            {
                "id": one.pk, "name": one.name, "number": compound_number(one.pk), "area": issuer_code(one.path),
                "path": one.path, "suspend_hours": withdrawing.limits_at(one.path).suspend_hours,
            }
            for one in own
        ],
        "gates": [_gate(one) for one in territory_gates(actor, access.GATE).order_by("pk")],
        "kinds": [_kind(one) for one in own_kinds],
        "quotas": [
            {"number": one.number, "path": one.path, **vars(one.policy)} for one in quotas
        ],
        "keys": [_key(one) for one in _keys(own, now)],
        "salts": _salts(own),
    }  # fmt: skip


def index(actor: Actor, *, now: datetime) -> dict[str, Any]:
    """Who has a pass that may still count here: one row each, `columns` says what stands where."""
    columns = (
        "serial", "kind", "quota", "area", "name", "plate", "places", "valid_from", "valid_until", "subject",
        "name_key", "phone_key", "phone_tail",
    )  # fmt: skip
    found: dict[int, list[Any]] = {}
    for rows in _counting(_own(actor), now):
        for pk, *row in rows.values_list("pk", *columns).iterator(chunk_size=5_000):
            found[pk] = [*row[:7], int(row[7].timestamp()), int(row[8].timestamp()), *row[9:]]
    return {"columns": list(INDEX), "rows": [found[pk] for pk in sorted(found)]}


def index_mark(actor: Actor, *, now: datetime) -> tuple[object, ...]:
    """What `index` would be made of, in short: while it is the same, the index is. Of a pass nothing that stands there
    changes; passes come and go.
    """
    own = _own(actor)
    said = [rows.aggregate(n=Count("pk"), newest=Max("pk"), all=Sum("pk")) for rows in _counting(own, now)]
    return (tuple(one.pk for one in own), *(tuple(one.values()) for one in said))


def _counting(own: Sequence[Compound], now: datetime) -> list[ScopedQuerySet[Pass]]:
    """Passes that may still count at a gate of these compounds: issued there, for there as well, for the whole area.

    Three questions, each with an index of its own; together they would read every pass of the subdistrict.
    """
    numbers = [one.pk for one in own]
    codes = {code[:n] for code in _codes(own) for n in CODE_LENGTH.values()}
    further = PassPlace.objects.filter(compound__in=numbers).values("of")
    rows = (
        Pass.objects.unscoped(reason=_WHY).filter(state=PassState.VALID.value, valid_until__gt=now).order_by()
    )
    return [
        rows.filter(compound__in=numbers),
        rows.filter(pk__in=further),
        rows.filter(whole_area=True, area__in=codes),
    ]


def revocations(actor: Actor, *, now: datetime, have: Mapping[str, int] = _NOTHING) -> dict[str, Any]:
    """For each issuing area a list signed just now (base64), with its number, or what has changed since the number that
    the phone has (`have`: area → number); and what guards have suspended.
    """
    lists, suspended = [], dict[str, int]()
    for path in sorted({issuer_path(one.path) for one in _own(actor)}):
        made = revocation_list(path, now=now, have=have)
        if made is not None:
            suspended |= made.pop("suspended")
            lists.append(made)
    return {"lists": lists, "suspended": suspended}


def revocation_list(path: str, *, now: datetime, have: Mapping[str, int] = _NOTHING) -> dict[str, Any] | None:
    """The list of the area at `path`, or what has changed since the `base` that the phone has; None while no key signs
    there.
    """
    code = issuer_code(path)
    try:
        key = keys.signer(keys.signing_at(path, now))
    except ProblemError:
        return None
    newest, found = refused.edition(code, now)
    base, made = have.get(code), int(now.timestamp())
    changes = refused.since(newest, base) if base is not None else None
    if base is None or changes is None:
        signed = sign_revocations(key, code, made, map(bytes.fromhex, found.serials), newest.number)
    else:
        signed = sign_since(key, Since(code, made, newest.number, base, *changes))
    return {
        "area": code, "sequence": newest.number, "base": None if changes is None else base, "made": made,
        "count": len(found.serials), "signed": base64.b64encode(signed).decode(), "suspended": found.suspended,
    }  # fmt: skip


def _own(actor: Actor) -> list[Compound]:
    return list(compounds(actor, access.GATE).defer("geometry").order_by("pk"))


def _codes(own: Sequence[Compound]) -> list[str]:
    return sorted({issuer_code(one.path) for one in own} - {""})


def _keys(own: Sequence[Compound], now: datetime) -> list[IssuingKey]:
    """Keys whose passes may still count, those withdrawn as well: a phone must know that they are."""
    codes = _codes(own)
    above = {code[:n] for code in codes for n in CODE_LENGTH.values()}
    inside = Q(area__in=above)
    for code in codes:
        inside |= Q(area__startswith=code)
    rows = IssuingKey.objects.unscoped(reason="public halves of keys that sign passes for the phone's gates")
    mine = Pass.objects.unscoped(reason=_WHY).filter(key=OuterRef("pk"), valid_until__gt=now)
    return list(rows.filter(inside).filter(Q(until__gt=now) | Exists(mine)).order_by("pk"))


def _gate(one: Gate) -> dict[str, Any]:
    names = ("name", "code", "is_open", "walking", "vehicle", "emergency")
    return {
        "id": one.pk, "compound": one.compound_id, "number": gate_number(one.pk),
        **{name: getattr(one, name) for name in names},
    }  # fmt: skip


def _key(one: IssuingKey) -> dict[str, Any]:
    trusted = keys.trusted(one)
    return {
        "kid": one.kid, "public": one.public, "area": trusted.area, "since": trusted.since, "until": trusted.until,
        "withdrawn": trusted.withdrawn,
    }  # fmt: skip


def _kind(one: Kind) -> dict[str, Any]:
    return {
        "number": one.number, "code": one.code, "path": one.path, "zh": one.zh, "en": one.en,
        "holder": one.holder.value, "colour": one.colour, "hours": [list(span) for span in one.hours],
        "at_gate": one.at_gate, "days": one.days,
    }  # fmt: skip


def _salts(own: Sequence[Compound]) -> dict[str, str]:
    codes = {code[:n] for code in _codes(own) for n in CODE_LENGTH.values()}
    return dict(LookupSalt.objects.filter(area__in=codes).order_by("area").values_list("area", "salt"))
