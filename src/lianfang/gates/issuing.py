"""Issuing passes: for people, households, vehicles and outsiders, within right and budget."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from lianfang.gates import access, budgets, errors, holders, keys
from lianfang.gates.holders import For
from lianfang.gates.kinds import kind_at, quotas_at
from lianfang.gates.models import IssueBatch, LookupSalt, Pass, PassPlace
from lianfang.gates.passcode import Pass as Claims
from lianfang.gates.passcode import SigningKey, sign_pass
from lianfang.gates.rules import (
    AHEAD_DAYS,
    LONGEST_DAYS,
    MOST_PLACES,
    PassState,
    clean_phone,
    compound_number,
    end_of_day,
    gate_number,
    issuer_code,
    issuer_path,
    lookup_key,
    masked_name,
    spoken_name,
    start_of_day,
)
from lianfang.gates.shipped import Kind
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory.access import gates
from lianfang.territory.models import Compound, Dwelling
from lianfang.territory.rules import common_path

_HELD = "whether the holder has one already, whoever issued it"


@dataclass(frozen=True)
class Order:
    """What is to be issued. `compounds`: the first is the holder's; `gates`: only these of its gates, not all.

    `first_on` None: from now on; `days` and `quota` None: as the kind says.
    """

    code: str
    compounds: tuple[int, ...]
    gates: tuple[int, ...] = ()
    first_on: date | None = None
    days: int | None = None
    quota: int | None = None
    whole_area: bool = False  # every gate of the community (or what holds all the compounds)


@dataclass(frozen=True)
class Ground:
    """An order, looked up: everything that its passes share."""

    kind: Kind
    quota: int
    per: str
    compounds: tuple[Compound, ...]
    places: tuple[int, ...]
    path: str
    area: str
    salt: str
    valid_from: datetime
    valid_until: datetime
    key_pk: int
    signer: SigningKey = field(repr=False)


def ground_of(actor: Actor, order: Order, now: datetime, permission: Permission = access.ISSUE) -> Ground:
    """Raises forbidden, not_found, pass.kind, pass.quota, pass.places, pass.time, pass.no_key."""
    compounds = tuple(access.compound(actor, permission, pk) for pk in dict.fromkeys(order.compounds))
    if not compounds:
        raise ProblemError(errors.PLACES, most=MOST_PLACES)
    path = common_path(one.path for one in compounds)
    kind = kind_at(path, order.code)
    number = kind.quota if order.quota is None else order.quota
    quotas = quotas_at(path)
    if number not in quotas or quotas[number].retired:
        raise ProblemError(errors.QUOTA, field="number")
    begins, ends = _times(order, kind, now)
    key = keys.signing_at(path, now)
    return Ground(
        kind, number, quotas[number].policy.per, compounds, _places(actor, permission, order, compounds, path),
        _own_path(actor, permission, compounds[0], path), issuer_code(path), salt_of(issuer_code(path)),
        max(begins, key.since), ends, key.pk, keys.signer(key),
    )  # fmt: skip


def _times(order: Order, kind: Kind, now: datetime) -> tuple[datetime, datetime]:
    today = local_date(now)
    first, days = order.first_on or today, order.days if order.days is not None else kind.days
    if not today <= first <= today + timedelta(days=AHEAD_DAYS) or not 1 <= days <= LONGEST_DAYS:
        raise ProblemError(errors.TIME, ahead=AHEAD_DAYS, most=LONGEST_DAYS)
    begins = now.replace(microsecond=0) if first == today else start_of_day(first)
    return begins, end_of_day(first + timedelta(days=days - 1))


def _places(
    actor: Actor, permission: Permission, order: Order, compounds: Sequence[Compound], path: str
) -> tuple[int, ...]:
    """Numbers for the code: gates of the first compound, compounds as a whole, or none: the whole area."""
    if order.whole_area:
        actor.require(permission, issuer_path(path))
        return ()
    numbers = {compound_number(one.pk) for one in compounds}
    if order.gates:
        own = gates(actor, permission).filter(compound=compounds[0].pk, pk__in=order.gates)
        numbers = {gate_number(pk) for pk in own.values_list("pk", flat=True)}
        if len(compounds) > 1 or len(numbers) != len(set(order.gates)):
            raise ProblemError(errors.PLACES, most=MOST_PLACES)
    if len(numbers) > MOST_PLACES:
        raise ProblemError(errors.PLACES, most=MOST_PLACES)
    return tuple(sorted(numbers))


def _own_path(actor: Actor, permission: Permission, compound: Compound, path: str) -> str:
    """Where a pass lies whose holder has no door: of a compound that grids share, in the actor's own part."""
    scope = actor.require(permission)
    if scope.covers(path):
        return path
    doors = Dwelling.objects.within(scope).filter(building__compound=compound.pk)
    found = doors.order_by("pk").values_list("path", flat=True).first()
    return compound.path if found is None else found


def salt_of(area: str) -> str:
    return LookupSalt.objects.get_or_create(area=area, defaults={"salt": secrets.token_hex(16)})[0].salt


@transaction.atomic
def issue(*, actor: Actor, now: datetime, order: Order, to: Iterable[For]) -> list[Pass]:
    """Passes for each holder, all or none. Raises what `ground_of` does, and pass.nobody, pass.many, pass.name,
    pass.plate, pass.held, pass.no_budget, pass.budget_used.
    """
    wanted = list(to)
    if not wanted:
        raise ProblemError(errors.NOBODY)
    if len(wanted) > holders.MOST_AT_ONCE:
        raise ProblemError(errors.MANY, most=holders.MOST_AT_ONCE)
    ground = ground_of(actor, order, now)
    named = [holders.demand(ground.kind, one) for one in wanted]
    if held_already(ground, named, now):
        raise ProblemError(errors.HELD)
    budgets.spend(ground.kind, ground.path, len(named), now)
    made = write(actor, now, ground, named)
    for one in made:
        record(actor, now, "pass.issued", one)
    return made


def subject_of(ground: Ground, one: For, serial: str) -> str:
    """Whose crossings count together under the pass's quota."""
    if one.plate:
        return f"v{one.plate}"
    if ground.per == "household" and one.dwelling is not None:
        return f"d{one.dwelling}"
    return f"p{one.person}" if one.person is not None else f"s{serial}"


def held_already(ground: Ground, named: Sequence[For], now: datetime) -> set[int]:
    """Places in `named` of those who have a pass of this kind for the compound that still counts."""
    rows = Pass.objects.unscoped(reason=_HELD).filter(
        code=ground.kind.code, compound=ground.compounds[0].pk, state=PassState.VALID.value,
        valid_until__gt=ground.valid_from,
    )  # fmt: skip
    people, plates, told = (
        set(rows.filter(person__in=[one.person for one in named if one.person]).values_list("person", flat=True)),
        set(rows.filter(plate__in=[one.plate for one in named if one.plate]).values_list("plate", flat=True)),
        set(
            rows.filter(person=None, name_key__in=[_keys(ground, one)[0] for one in named])
            .values_list("name_key", "phone_key", "plate")
        ),
    )  # fmt: skip
    return {
        number
        for number, one in enumerate(named)
        if (one.plate in plates if one.plate else one.person in people or (*_keys(ground, one), "") in told)
    }


def _keys(ground: Ground, one: For) -> tuple[str, str]:
    name, phone = spoken_name(one.name), clean_phone(one.phone)
    return lookup_key(ground.salt, "name", name), lookup_key(ground.salt, "phone", phone)


def write(
    actor: Actor, now: datetime, ground: Ground, named: Sequence[For], batch: IssueBatch | None = None,
    rows: Sequence[int] = (), subjects: Sequence[str] = (),
) -> list[Pass]:  # fmt: skip
    """The passes themselves, signed and kept. Inside the caller's transaction; right and budget are the caller's."""
    made = []
    for number, one in enumerate(named):
        made.append(_signed(actor, now, ground, one, subjects[number] if subjects else ""))
        if batch is not None:
            made[-1].batch, made[-1].row = batch, rows[number]
    done = Pass.objects.bulk_create(made, batch_size=500)
    further = [PassPlace(of=one, compound=compound.pk) for one in done for compound in ground.compounds[1:]]
    PassPlace.objects.bulk_create(further, batch_size=1000)
    return done


def _signed(actor: Actor, now: datetime, ground: Ground, one: For, subject: str) -> Pass:
    serial = secrets.token_bytes(8)
    claims = Claims(
        serial, ground.area, ground.kind.number, ground.quota, ground.places, int(ground.valid_from.timestamp()),
        int(ground.valid_until.timestamp()), "" if one.plate else masked_name(one.name), one.plate,
    )  # fmt: skip
    try:
        text = sign_pass(ground.signer, claims)
    except ValueError:
        raise ProblemError(errors.PLACES, most=MOST_PLACES - 1) from None
    name_key, phone_key = _keys(ground, one)
    home = one.path if one.path and actor.can(access.ISSUE, one.path) else ground.path
    return Pass(
        path=home, serial=serial.hex(), text=text, key_id=ground.key_pk, area=ground.area,
        kind=ground.kind.number, code=ground.kind.code, quota=ground.quota, compound=ground.compounds[0].pk,
        compound_name=ground.compounds[0].name, places=list(ground.places),
        whole_area=not ground.places, person=one.person, dwelling=one.dwelling,
        plate=one.plate, name=claims.name, holder=json.dumps({"name": one.name, "phone": one.phone, **one.more}),
        subject=subject or subject_of(ground, one, serial.hex()), name_key=name_key, phone_key=phone_key,
        phone_tail=clean_phone(one.phone)[-4:], valid_from=ground.valid_from, valid_until=ground.valid_until,
        issued_at=now, issued_by=actor.user_id, issued_by_name=actor.name[:150],
    )  # fmt: skip


def record(actor: Actor, now: datetime, action: str, one: Pass, **details: object) -> None:
    audit.record(
        actor=actor, action=action, now=now, kind="pass", object_id=one.pk, path=one.path,
        details={"code": one.code, "serial": one.serial, **details},
    )  # fmt: skip
