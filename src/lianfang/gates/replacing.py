"""A lost or spoilt pass gets a new one in its place; a pass that is handed back counts no more."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from lianfang.gates import access, errors, issuing, keys, refused
from lianfang.gates.holders import For
from lianfang.gates.issuing import Ground
from lianfang.gates.kinds import kind_at, quotas_at
from lianfang.gates.models import Pass, PassPlace
from lianfang.gates.rules import LEAST_WORDS, PassState, issuer_path
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.territory.models import Compound

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
    found.revocations.filter(lifted_at=None, until__gt=now).update(of=made)
    refused.changed([found.area])
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
    refused.changed([found.area])
    issuing.record(actor, now, "pass.returned", found)
    found.refresh_from_db()
    return found
