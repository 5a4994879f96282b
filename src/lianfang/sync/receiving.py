"""Facts come in: one verdict for each, in the same order, whatever happens to the answer on its way back.

Everything of a batch is decided in one transaction that holds the rows of its devices, so that the same batch sent
twice at the same moment is taken once. A refused fact is kept with its reason (see quarantine.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lianfang.accounts.devices import Bearer
from lianfang.accounts.models import Device
from lianfang.accounts.sessions import actor_for
from lianfang.kernel import audit, bulk
from lianfang.kernel.actor import Actor
from lianfang.kernel.durability import on_disk
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.sync import envelope, errors
from lianfang.sync.envelope import Signed
from lianfang.sync.judging import Item, Post, Twice, judge, take
from lianfang.sync.models import Fact, Verdict

MOST = 200
MOST_IN_FILE = 5_000
_WHY = "whether it came before does not depend on who asks"


@dataclass(frozen=True)
class Told:
    """The answer for one fact: verdict "accepted", "duplicate" or "rejected"."""

    id: UUID | None
    verdict: str
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    received_at: datetime
    clock_skew_seconds: int
    wipe: bool
    verdicts: list[Told]


def receive(*, bearer: Bearer, now: datetime, sent_at: datetime, facts: Sequence[Signed]) -> Answer:
    """Facts from the phone itself. Raises fact.many."""
    _demand_few(facts, MOST)
    post = Post(now, envelope.skew_of(sent_at, now))
    items = [Item(one) for one in facts]
    for item in items:
        _open(item, bearer.device)
    told = _decide(items, post, [bearer.device.pk])
    return Answer(now, round(post.skew.total_seconds()), bearer.withdrawn, told)


def bring(*, actor: Actor, now: datetime, facts: Sequence[Signed]) -> list[Told]:
    """Facts out of a file that a phone wrote, brought to the desk by somebody. Raises fact.many.

    Who brings them changes nothing: each is judged as if its phone had sent it, by its signature.
    """
    _demand_few(facts, MOST_IN_FILE)
    post, told = Post(now, timedelta(), actor), list[Told]()
    for start in range(0, len(facts), MOST):  # portions as a phone sends them: nobody else waits for long
        items = [Item(one) for one in facts[start : start + MOST]]
        for item in items:
            _open(item, None)
        told += _decide(items, post, sorted({item.envelope.device for item in items if item.envelope}))
    return told


def _demand_few(facts: Sequence[Signed], most: int) -> None:
    if len(facts) > most:
        raise ProblemError(errors.MANY, most=most)


def _open(item: Item, sender: Device | None) -> None:
    """What can be said without looking at anything that is kept."""
    item.device = sender
    try:
        item.envelope = envelope.opened(item.signed)
        if sender is not None:
            if item.envelope.device != sender.pk:
                raise ProblemError(errors.DEVICE)
            envelope.demand_signature(item.signed, bytes(sender.public_key))
    except ProblemError as problem:
        item.problem = problem


def _decide(items: list[Item], post: Post, wanted: Sequence[UUID]) -> list[Told]:
    with on_disk():  # the phone deletes what is answered
        # Locked in order: two batches of one phone wait for each other, and never each for the other.
        locked = Device.objects.select_for_update(of=("self",)).select_related("user")
        found = {one.pk: one for one in locked.filter(pk__in=wanted).order_by("pk")}
        for item in items:
            _own(item, found, post)
        _find_known(items)
        for item in items:
            judge(item)
        take(items, post)
        rows = _keep(items, post)
        _note(items, rows, found, post)
    return [_told(item) for item in items]


def _own(item: Item, found: dict[UUID, Device], post: Post) -> None:
    """The device as it is now; of a file, the device that signed."""
    if item.envelope is None:
        return
    fresh = found.get(item.envelope.device)
    if fresh is not None and (item.device is not None or post.importer is not None):
        item.device = fresh
    if not item.open or post.importer is None:
        return
    try:
        if fresh is None:
            raise ProblemError(errors.DEVICE)
        envelope.demand_signature(item.signed, bytes(fresh.public_key))
    except ProblemError as problem:
        item.problem = problem


def _find_known(items: list[Item]) -> None:
    """Which came before: to the letter (the verdict stands), or under the same id with another text."""
    ids = {item.envelope.id for item in items if item.envelope}
    rows = Fact.objects.unscoped(reason=_WHY).filter(fact__in=ids).defer("payload")
    before: dict[UUID | None, list[Fact]] = {}
    for row in rows.order_by("pk"):
        before.setdefault(row.fact, []).append(row)
    for item in items:
        if item.envelope is None:
            item.known = _same_text(item)
            continue
        for row in before.get(item.envelope.id, []):
            same = row.digest == item.signed.digest
            if same and row.code == errors.DEVICE and item.open:
                continue  # another phone sent it before; its own does now
            if same and (row.sig == item.signed.sig or (row.verdict == Verdict.ACCEPTED and item.open)):
                item.known = row
            elif not same and item.open and row.code != errors.SIGNATURE:
                item.problem = ProblemError(errors.ALTERED)


def _same_text(item: Item) -> Fact | None:
    """An unreadable one that came before."""
    rows = Fact.objects.unscoped(reason=_WHY).filter(fact=None, digest=item.signed.digest)
    return rows.filter(sig=item.signed.sig[:100]).defer("payload").first()


def _keep(items: list[Item], post: Post) -> list[Fact]:
    """Every fact that has not come before, with its verdict."""
    rows: list[Fact] = []
    paths: dict[UUID | None, str] = {}
    for item in items:
        if item.known is not None or isinstance(item.problem, Twice):
            continue
        device = item.device.pk if item.device else None
        if device not in paths:
            paths[device] = _path(item.device, post)
        rows.append(_row(item, post, paths[device]))
    bulk.append(rows)
    again = [item.known.pk for item in items if item.known and item.known.verdict == Verdict.REJECTED]
    for pk in again:
        kept = Fact.objects.unscoped(reason=_WHY).filter(pk=pk)
        kept.update(times=(kept.values_list("times", flat=True).first() or 0) + 1)
    return rows


def _row(item: Item, post: Post, path: str) -> Fact:
    said, device, problem = item.envelope, item.device, item.problem
    at = envelope.corrected(said.at, post.skew, post.now) if said else None
    return Fact(
        fact=said.id if said else None, device=device.pk if device else None, seq=said.seq if said else None,
        kind=said.kind if said else "", v=said.v if said else None, at=said.at if said else None, corrected_at=at,
        skew=round(post.skew.total_seconds()), received_at=post.now, path=path,
        user=device.user_id if device else None, user_name=str(device.user)[:150] if device else "",
        imported_by=post.importer.user_id if post.importer else None,
        imported_by_name=post.importer.name[:150] if post.importer else "",
        payload=_storable(item.signed.payload), digest=item.signed.digest, sig=item.signed.sig[:100],
        verdict=Verdict.REJECTED if problem else Verdict.ACCEPTED, code=problem.code if problem else "",
        params=problem.params if problem else {},
    )  # fmt: skip


def _storable(text: str) -> str:
    """To the letter, but for halves of characters that no database keeps, and for what is far too long."""
    return text.encode("utf-8", "replace").decode()[: 2 * envelope.MOST_BYTES]


def _path(device: Device | None, post: Post) -> str:
    """Where the worker works: whoever looks after that area sees what was refused."""
    actor = actor_for(device.user, now=post.now) if device else post.importer
    scope = (actor.scope(Permission.FIELD_WORK) or actor.scope(Permission.GATE_WORK)) if actor else None
    return scope.paths[0] if scope and scope.paths else ""


def _note(items: list[Item], rows: Sequence[Fact], found: dict[UUID, Device], post: Post) -> None:
    """The device's highest number, and one line of the audit record for the whole batch."""
    highest: dict[UUID, int] = {}
    for item in items:
        if item.envelope and item.device and not isinstance(item.problem, ProblemError):
            highest[item.device.pk] = max(highest.get(item.device.pk, 0), item.envelope.seq)
    for pk, seq in highest.items():
        if seq > found[pk].last_seq:
            Device.objects.filter(pk=pk).update(last_seq=seq, seen_at=post.now)
    if not rows:
        return
    # Last, because it holds the head of the record until the end of the transaction.
    refused = sum(1 for row in rows if row.verdict == Verdict.REJECTED)
    first = next(iter(found.values()), None)
    actor = post.importer or (actor_for(first.user, now=post.now) if first else None)
    if actor is not None:
        audit.record(
            actor=actor, action="facts.received", now=post.now, kind="device",
            object_id=str(first.pk) if first else "", path=rows[0].path,
            details={"accepted": len(rows) - refused, "rejected": refused, "file": post.importer is not None},
        )  # fmt: skip


def _told(item: Item) -> Told:
    number = item.envelope.id if item.envelope else None
    if isinstance(item.problem, Twice):
        first = _told(item.problem.first)
        return Told(number, "duplicate") if first.verdict == "accepted" else first
    if item.known is not None:
        if item.known.verdict == Verdict.ACCEPTED:
            return Told(number, "duplicate")
        return Told(number, "rejected", item.known.code, dict(item.known.params))
    if item.problem is not None:
        return Told(number, "rejected", item.problem.code, dict(item.problem.params))
    return Told(number, "accepted")
