"""The live lists worked out once more: areas have changed since, or what reviewers decided is to teach the weights."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.linkage.area_paths import misplaced
from lianfang.linkage.importing import access, composition, errors, steps, streams
from lianfang.linkage.importing.models import Import, ImportKind, ImportState
from lianfang.linkage.models import Decision, Run, RunList, Verdict

#: Names of places told; the rest is counted.
_TOLD = 5
_OPEN = (ImportState.DRAFT, ImportState.CHECKING, ImportState.READY, ImportState.APPLYING)


def standing(actor: Actor) -> dict[str, Any]:
    """What working the live lists out once more would be for; see api.importing_schemas.RenewalOut."""
    access.whole(actor)
    run = Run.objects.filter(current=True).first()
    places = misplaced(run) if run else []
    lived_in = [place for place in places if place.people]
    decisions = Decision.objects.filter(undone_at=None).exclude(verdict=Verdict.UNSURE)
    under_way = open_one()
    return {
        "run": run.pk if run else None,
        "without_files": _without_files(run) if run else [],
        "people": sum(place.people for place in places),
        "places": len(lived_in),
        "names": [place.name for place in lived_in[:_TOLD]],
        "decisions": decisions.count(),
        "new_decisions": decisions.filter(at__gt=run.loaded_at).count() if run else 0,
        "taught": composition.taught(),
        "batch": under_way.pk if under_way else None,
    }


def open_one() -> Import | None:
    """The renewal that is not over yet, the newest."""
    return Import.objects.filter(kind=ImportKind.RENEW, state__in=_OPEN).order_by("-pk").first()


def renew(*, actor: Actor, now: datetime, taught: bool) -> Import:
    """Begin the dry run of the live lists as they are, with the areas of today; `taught`: decisions of reviewers teach
    the weights too, in this run and in those that follow. It is applied or given up as an import is.

    One that is not over yet is answered instead of a second one, if it is for the same. Raises not_found without a
    run, lists.no_files, import.state while another one is under way.
    """
    access.whole(actor)
    run = Run.objects.filter(current=True).first()
    if run is None:
        raise ProblemError(NOT_FOUND)
    names = _without_files(run)
    if names:
        raise ProblemError(errors.NO_FILES, names=names)
    there = open_one()
    if there is not None:
        if composition.taught(there) != taught:
            raise ProblemError(errors.STATE, state=there.state)
        return there
    with transaction.atomic():
        batch = Import.objects.create(
            kind=ImportKind.RENEW, created_at=now, created_by=actor.user_id, creator=actor.name,
            basis={"taught": taught},
        )  # fmt: skip
        audit.record(
            actor=actor, action="import.begun", now=now, kind="import", object_id=batch.pk,
            details={"taught": taught},
        )  # fmt: skip
    return steps.check(actor=actor, now=now, batch=batch)


def _without_files(run: Run) -> list[str]:
    """Lists of the run whose files the program has not got: it was loaded without them."""
    there = {version.source.key for version in composition.live() if version.source and version.stored}
    there |= set(streams.names())
    lists = RunList.objects.filter(run=run).order_by("number").values_list("source", "label")
    return [label for source, label in lists if source not in there]
