"""What the jobs do: the dry run and making it real. Progress goes to `tell`, which raises to stop."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.memory import give_back
from lianfang.linkage import loading, result
from lianfang.linkage import prepared as prepared_rows
from lianfang.linkage.decided import decided_of
from lianfang.linkage.engine.pipeline import Linkage, link
from lianfang.linkage.importing import at_rest, composition, difference, errors, files, streams
from lianfang.linkage.importing.going_live import come_back, go_live
from lianfang.linkage.importing.models import Import, ImportKind, ImportState, ListVersion, VersionState
from lianfang.linkage.reconcile import WORK, work_out

Tell = Callable[[str, float], None]
Finishing = Callable[[], AbstractContextManager[dict[str, object]]]
_WORKED, _PREPARED = 0.65, 0.8  # shares of a dry run's time


def dry_run(batch: Import, *, now: datetime, tell: Tell, finishing: Finishing) -> None:
    """What applying the batch would change. Its result stays in the batch's folder until it is applied."""
    basis = composition.basis_of(batch)
    with at_rest.opened(batch.pk, lambda share: tell("import.keep", 0.97 + 0.02 * share)) as folder:
        work_over(
            batch, composition.after(batch), folder, now, lambda step, share: tell(step, share * _WORKED)
        )
        told = _difference(batch, folder, tell)
    with finishing() as outcome:
        outcome["nothing"] = told["nothing"]
        mine = Import.objects.filter(pk=batch.pk, state=ImportState.CHECKING)
        mine.update(state=ImportState.READY, difference=told, basis=basis)


def _difference(batch: Import, folder: Path, tell: Tell) -> dict[str, Any]:
    prepared = prepare(folder, lambda share: tell("import.rows", _WORKED + (_PREPARED - _WORKED) * share))
    tell("import.compare", _PREPARED)
    return difference.told(
        batch, prepared, lambda share: tell("import.compare", _PREPARED + (0.97 - _PREPARED) * share)
    )


def apply(batch: Import, *, actor: Actor, now: datetime, tell: Tell, finishing: Finishing) -> None:
    """Make the result of the dry run the current run, and its lists live. Raises import.stale."""
    basis = batch.basis
    if basis != composition.basis_of(batch):
        raise ProblemError(errors.STALE)
    tell("import.rows", 0.0)
    with at_rest.opened(batch.pk, lambda share: tell("import.rows", 0.05 * share)) as folder:
        prepared = prepare(folder, lambda share: tell("import.rows", 0.05 + 0.05 * share))
        _load(batch, prepared, actor=actor, now=now, tell=tell, finishing=finishing, start=0.1)


def prepare(folder: Path, tell: Callable[[float], None]) -> prepared_rows.Prepared:
    """The rows of the run that `work_over` left in the folder; made once, unless areas have changed since."""
    kept = prepared_rows.kept_in(folder)
    if kept is None:
        kept = prepared_rows.prepare(result.read(folder), folder, tell=tell)
    give_back()
    return kept


def withdraw(batch: Import, *, actor: Actor, now: datetime, tell: Tell, finishing: Finishing) -> None:
    """Work the register out without the lists that go, and make that current. Raises whatever loading raises."""
    going = list(ListVersion.objects.filter(withdrawn_by=batch))
    if not any(version.state == VersionState.LIVE for version in going):
        with finishing():
            _end(batch, going, now)
        return
    staying = composition.in_order([*composition.after(batch), *restored(batch)])
    with at_rest.opened(batch.pk) as folder:
        work_over(batch, staying, folder, now, lambda step, share: tell(step, share * 0.5))
        prepared = prepare(folder, lambda share: tell("import.rows", 0.5 + 0.1 * share))
        _load(batch, prepared, actor=actor, now=now, tell=tell, finishing=finishing, start=0.6)


def restored(batch: Import) -> list[ListVersion]:
    """The versions that come back in the place of those withdrawn, as the one who withdrew them wanted."""
    if not batch.basis.get("restore"):
        return []
    gone = ListVersion.objects.filter(withdrawn_by=batch, state=VersionState.LIVE)
    before = ListVersion.objects.filter(
        superseded_by__in=gone, state=VersionState.SUPERSEDED, withdrawn_by=None
    ).exclude(stored="")
    return list(before.select_related("source"))


def work_over(
    batch: Import, versions: Sequence[ListVersion], folder: Path, now: datetime, tell: Tell
) -> None:
    """Reconcile the lists and what the program has recorded; a run that was killed goes on where it was (`folder`).

    The result is kept there and nowhere else: what comes next needs the memory.
    """
    if result.is_kept(folder):
        return
    engine = partial(_linked, work_dir=folder / WORK, retrain=composition.taught(batch))
    with composition.opened(versions) as lists, streams.opened() as recorded:
        found = work_out(
            [*lists, *recorded],
            as_of=composition.as_of(versions, local_date(now)),
            progress=lambda step, share: tell(code_of(step), share),
            engine=engine,
            decisions=decided_of,
            nobody=True,
        )
    if found.reading.errors:
        raise ProblemError(errors.UNREADABLE, file=found.reading.errors[0].file)
    tell("import.keep", 0.9)
    whole = found.result()
    del found  # what it was made of goes before it is written
    give_back()
    result.keep(whole, folder, tell=lambda share: tell("import.keep", 0.92 + 0.08 * share))
    shutil.rmtree(folder / WORK, ignore_errors=True)
    del whole
    give_back()


def _linked(*args: Any, **options: Any) -> Linkage:
    """The engine's answer, without the memory that it was worked out in."""
    answer = link(*args, **options)
    give_back()
    return answer


#: The engine tells what it has done; whoever waits wants to know what it is doing.
_NEXT = {
    "begin": "standardise", "standardise": "prepare", "prepare": "block", "block": "learn", "learn": "weigh",
    "weigh": "resolve", "resolve": "answer", "answer": "find",
}  # fmt: skip


def code_of(step: str) -> str:
    """A step of the reconciliation as a code of the catalogues: what is read is told without the file's name."""
    if step.startswith("read "):
        return "import.read"
    engine = step.removeprefix("link: ")
    return f"import.{(_NEXT.get(engine, engine) if engine != step else step).replace(' ', '_')}"


def _load(
    batch: Import, prepared: prepared_rows.Prepared, *, actor: Actor, now: datetime, tell: Tell, finishing: Finishing,
    start: float,
) -> None:  # fmt: skip
    def telling(step: str, share: float) -> None:
        tell(f"import.load_{step}", start + (0.95 - start) * share)

    title = local_date(now).isoformat()
    # What goes is gone: an earlier run would still show it.
    kept = 0 if batch.kind == ImportKind.WITHDRAW else loading.KEPT
    with (
        loading.staged(actor=actor, now=now, prepared=prepared, title=title, tell=telling) as waiting,
        finishing() as outcome,
    ):
        run = waiting.run
        loading.activate(actor=actor, now=now, waiting=waiting, kept=kept)
        outcome["run"] = run.pk
        if batch.kind == ImportKind.ADD:
            go_live(composition.coming(batch), now)
        elif batch.kind == ImportKind.WITHDRAW:
            come_back(restored(batch))
            _end(batch, list(ListVersion.objects.filter(withdrawn_by=batch)), now)
        Import.objects.filter(pk=batch.pk).update(state=ImportState.APPLIED, run=run, applied_at=now)
        audit.record(
            actor=actor, action="import.applied", now=now, kind="import", object_id=batch.pk,
            details={"run": run.pk, "kind": batch.kind},
        )  # fmt: skip
        transaction.on_commit(lambda: files.clear(batch.pk))


def _end(batch: Import, versions: Sequence[ListVersion], now: datetime) -> None:
    """What is left of a withdrawn list: that it was there, and that it is not any more."""
    stored = [version.stored for version in versions]
    cleared: dict[str, Any] = {"sheets": [], "problems": [], "stored": ""}
    ListVersion.objects.filter(pk__in=[version.pk for version in versions]).update(
        state=VersionState.WITHDRAWN, ended_at=now, **cleared
    )
    Import.objects.filter(pk=batch.pk).update(state=ImportState.APPLIED, applied_at=now)
    transaction.on_commit(lambda: files.remove(stored))
