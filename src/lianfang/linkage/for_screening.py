"""What the current run says of people and doors, for those who go there. `wiring` hands it to screening."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from lianfang.kernel.actor import EVERYWHERE, Actor, Scope
from lianfang.kernel.scoping import ScopedManager, ScopedQuerySet
from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.models import Run, RunFinding, RunList, RunPerson, RunRecord
from lianfang.linkage.rules import mask_text
from lianfang.linkage.work import actions as work
from lianfang.linkage.work.models import FindingWork
from lianfang.linkage.work.rules import TODO, WorkState
from lianfang.registry.rules import mask

_AT_ONCE = 5_000
_COUNTED = "counted for areas; whoever asks sees the sums of his own"
#: Findings that a visit can answer: the catalogue gives points to those that somebody has to ask about.
ASKED: tuple[str, ...] = tuple(code for code, kind in CATALOGUE.items() if kind.points)

#: "Is he still living here?" is answered by whoever met him there; other questions get a note.
_ANSWERED_BY_MEETING = frozenset({"register.unseen"})


def residents(scope: Scope, uids: Sequence[int] | None = None) -> Iterator[dict[str, Any]]:
    """People of the current run inside `scope`, in the order of their numbers; ID number and phone masked."""
    run = Run.objects.filter(current=True).first()
    if run is None:
        return
    columns = (
        "uid", "dwelling", "path", "name", "sex", "birth", "relation", "phone", "id_number", "address",
        "on_register", "sources",
    )  # fmt: skip
    people: ScopedManager[RunPerson] = RunPerson.objects
    rows = people.within(scope).filter(run=run, hidden=False)
    for portion in _portions(rows, "uid", uids):
        for values in portion.values_list(*columns).iterator(chunk_size=_AT_ONCE):
            row: dict[str, Any] = dict(zip(columns, values, strict=True))
            for name in ("name", "relation", "phone", "id_number", "address"):
                row[name] = row[name] or ""
            row["phone"], row["id_number"] = (mask(row[n]) if row[n] else "" for n in ("phone", "id_number"))
            row["name"], row["address"] = mask_text(row["name"]), mask_text(row["address"])
            yield row


def questions(scope: Scope, uids: Sequence[int] | None = None) -> Iterator[dict[str, Any]]:
    """Open findings about people inside `scope` that somebody has to ask about: uid, code, points, zh, en, key."""
    run = Run.objects.filter(current=True).first()
    if run is None:
        return
    people: ScopedManager[RunPerson] = RunPerson.objects
    found: ScopedManager[RunFinding] = RunFinding.objects
    of = people.within(scope).filter(run=run, hidden=False)
    rows = found.within(scope).filter(run=run, hidden=False, code__in=ASKED, person__isnull=False)
    rows = rows.filter(state__in=[state.value for state in TODO])
    for portion in _portions(of, "uid", uids):
        numbers = dict(portion.values_list("person", "uid"))
        wanted = sorted(numbers) if uids is not None else None
        for some in _portions(rows, "person", wanted):
            for person, code, zh, en, key in some.order_by("number").values_list(
                "person", "code", "reason_zh", "reason_en", "key"
            ):
                if person in numbers:
                    yield {
                        "uid": numbers[person], "code": code, "points": CATALOGUE[code].points, "zh": zh, "en": en,
                        "key": key,
                    }  # fmt: skip


def _portions(
    rows: ScopedQuerySet[Any], column: str, wanted: Sequence[int] | None
) -> Iterator[QuerySet[Any]]:
    """The rows, or those with one of the wanted numbers a few thousand at a time."""
    if wanted is None:
        yield rows
        return
    for start in range(0, len(wanted), _AT_ONCE):
        yield rows.filter(**{f"{column}__in": wanted[start : start + _AT_ONCE]})


def answered(actor: Actor, now: datetime, answers: Sequence[tuple[int, str, str, str]]) -> int:
    """What visits said of people (uid, here, zh, en), for the open findings about them; how many findings.

    Each gets a note; the question whether somebody still lives here is settled when he was met there.
    """
    run = Run.objects.filter(current=True).first()
    if run is None:
        return 0
    told = {uid: (here, f"{zh}\n{en}") for uid, here, zh, en in answers}
    settled: dict[str, list[int]] = defaultdict(list)
    noted: dict[str, list[int]] = defaultdict(list)
    for one in questions(EVERYWHERE, sorted(told)):
        here, words = told[one["uid"]]
        done = here == "yes" and one["code"] in _ANSWERED_BY_MEETING
        (settled if done else noted)[words].append(one["key"])
    for words, keys in settled.items():
        work.settle(
            actor=actor, now=now, run=run, chosen=_as_they_stand(keys), state=WorkState.DONE, note=words
        )
    for words, keys in noted.items():
        work.remark(actor=actor, now=now, run=run, chosen=_as_they_stand(keys), note=words)
    return sum(map(len, [*settled.values(), *noted.values()]))


def _as_they_stand(keys: Sequence[int]) -> list[tuple[int, int]]:
    rows = FindingWork.objects.unscoped(reason="of the findings that a visit answers").filter(key__in=keys)
    versions = dict(rows.values_list("key", "version"))
    return [(key, versions.get(key, 0)) for key in dict.fromkeys(keys)]


def appearances() -> tuple[int, list[str], Iterator[tuple[str, int]]] | None:
    """The current run: its number, names of its lists in their order, and for each person with a place (path, his lists
    as bits). None without a current run.
    """
    run = Run.objects.filter(current=True).first()
    if run is None:
        return None
    named = RunList.objects.filter(run=run).order_by("number").values_list("number", "source", "label")
    lists = {number: (place, source or label) for place, (number, source, label) in enumerate(named)}
    return (
        run.pk,
        [name for _, name in lists.values()],
        _appearing(run, {n: place for n, (place, _) in lists.items()}),
    )


def _appearing(run: Run, places: Mapping[int, int]) -> Iterator[tuple[str, int]]:
    bits: dict[int, int] = defaultdict(int)
    records: ScopedManager[RunRecord] = RunRecord.objects
    rows = records.unscoped(reason=_COUNTED).filter(run=run).order_by().values_list("person", "list")
    for person, number in rows.distinct().iterator(chunk_size=_AT_ONCE):
        bits[person] |= 1 << places[number]
    people: ScopedManager[RunPerson] = RunPerson.objects
    placed = people.unscoped(reason=_COUNTED).filter(run=run, hidden=False).exclude(path="")
    for person, path in placed.values_list("person", "path").iterator(chunk_size=_AT_ONCE):
        if bits[person]:
            yield path, bits[person]
