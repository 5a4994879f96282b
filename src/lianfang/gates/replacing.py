"""A lost or spoilt pass gets a new one in its place; a pass that is handed back counts no more."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from lianfang.gates import access, errors, issuing, keys
from lianfang.gates.holders import For
from lianfang.gates.issuing import Ground
from lianfang.gates.kinds import kind_at, quotas_at
from lianfang.gates.models import Pass, PassPlace, Revocation
from lianfang.gates.rules import LEAST_WORDS, PassState, issuer_path
from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import Job
from lianfang.territory.models import Compound

REISSUE = "gates.reissue"
PORTION = 100
_WHY = "a pass that the actor has found in his own area"


@transaction.atomic
def replace(*, actor: Actor, now: datetime, pass_: int, text: str) -> Pass:
    """A new pass with the same holder, places and end; the old serial is refused everywhere from now on.

    Withdrawals that run go over to the new one: losing a pass helps nobody. Raises forbidden, not_found, pass.words,
    pass.over, pass.no_key.
    """
    found = access.one_pass(actor, pass_, access.ISSUE)
    words = text.strip()
    if len(words) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)
    if (
        found.state not in (PassState.VALID, PassState.VOID)
        or found.valid_until <= now
        or found.replaced_by_id
    ):
        raise ProblemError(errors.OVER, state=found.state)
    (made,) = again(actor, now, [found])
    state = found.state if found.state == PassState.VOID else PassState.REPLACED.value
    # Conditional: of two who replace it at once, one does.
    rows = Pass.objects.unscoped(reason=_WHY).filter(pk=found.pk, state=found.state, replaced_by=None)
    if not rows.update(state=state, ended_at=now, ended_reason=words[:300], replaced_by=made):
        raise ProblemError(errors.OVER, state=PassState.REPLACED.value)
    held = Revocation.objects.unscoped(reason=_WHY).filter(of=found.pk, lifted_at=None, until__gt=now)
    held.update(of=made)
    issuing.record(actor, now, "pass.replaced", found, by=made.serial)
    return made


def again(actor: Actor, now: datetime, old: Sequence[Pass]) -> list[Pass]:
    """New passes for the holders of these, signed by the key of today. Inside the caller's transaction."""
    return [
        issuing.write(actor, now, _ground(one, now), [_for(one)], subjects=[one.subject])[0] for one in old
    ]


def _ground(one: Pass, now: datetime) -> Ground:
    compounds = Compound.objects.unscoped(reason=_WHY)
    further = PassPlace.objects.filter(of=one.pk).values_list("compound", flat=True)
    own = [compounds.get(pk=pk) for pk in (one.compound, *further)]
    path = issuer_path(own[0].path)
    key = keys.signing_at(path, now)
    kind = kind_at(path, one.code)
    begins = max(now.replace(microsecond=0), one.valid_from, key.since)
    return Ground(
        kind, one.quota, quotas_at(path)[one.quota].policy.per, tuple(own), tuple(one.places), one.path, one.area,
        issuing.salt_of(one.area), begins, one.valid_until, key.pk, keys.signer(key),
    )  # fmt: skip


def _for(one: Pass) -> For:
    told = json.loads(one.holder) if one.holder else {}
    more = {name: value for name, value in told.items() if name not in ("name", "phone")}
    return For(
        told.get("name", ""), told.get("phone", ""), one.person, one.dwelling, one.plate, one.path, more
    )


@transaction.atomic
def take_back(*, actor: Actor, now: datetime, pass_: int, text: str) -> Pass:
    """A pass was handed back, or is no longer needed. Raises forbidden, not_found, pass.over."""
    found = access.one_pass(actor, pass_, access.ISSUE)
    rows = access.passes(actor, access.ISSUE).filter(pk=pass_, state=PassState.VALID.value)
    if not rows.update(state=PassState.RETURNED.value, ended_at=now, ended_reason=text.strip()[:300]):
        raise ProblemError(errors.OVER, state=found.state)
    issuing.record(actor, now, "pass.returned", found)
    found.refresh_from_db()
    return found


def start_reissue(*, actor: Actor, now: datetime, key: int) -> Job:
    """New passes for the holders of those that a withdrawn key signed: a job. Raises forbidden, not_found, pass.no_key,
    pass.key_over.
    """
    found = access.key(actor, key)
    if found.withdrawn_at is None:
        raise ProblemError(errors.KEY_OVER)
    keys.signing_at(found.path, now)
    return jobs.start(
        actor=actor, now=now, kind=REISSUE, title=REISSUE, title_params={"kid": found.kid}, params={"key": key},
        path=found.path,
    )  # fmt: skip


def reissue(
    *, actor: Actor, key: int, now: Callable[[], datetime], tell: Callable[[str, float], None]
) -> int:
    """What is left of them, a portion a transaction; how many. Begun again after a kill, nobody gets two."""
    rows = Pass.objects.unscoped(reason="of a key that the actor has withdrawn").filter(
        key=key, state=PassState.VOID.value, replaced_by=None, valid_until__gt=now()
    )
    total, done = rows.count(), 0
    while portion := list(rows.order_by("pk")[:PORTION]):
        tell(REISSUE, done / total)
        with transaction.atomic():
            made = again(actor, now(), portion)
            for old, new in zip(portion, made, strict=True):
                rows.filter(pk=old.pk).update(replaced_by=new)
        done += len(portion)
    audit.record(
        actor=actor,
        action="pass.reissued",
        now=now(),
        kind="pass_key",
        object_id=key,
        details={"passes": done},
    )
    return done
