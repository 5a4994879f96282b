"""Facts come in: one verdict for each, in the same order, whatever happens to the answer on its way back.

Everything of a batch is decided in one transaction that holds the rows of its devices, so that the same batch sent
twice at the same moment is taken once. A refused fact is kept with its reason (see quarantine.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from lianfang.accounts.devices import Bearer
from lianfang.accounts.models import Device
from lianfang.kernel.actor import Actor
from lianfang.kernel.among import among
from lianfang.kernel.durability import on_disk
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.prepared import Given, Prepared
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.sync import envelope, errors, keeping
from lianfang.sync.envelope import Signed
from lianfang.sync.judging import Item, Known, Post, Twice, judge, read, take
from lianfang.sync.models import Fact, Verdict
from lianfang.sync.together import Together

MOST = 200
#: Large batches at a time in each process: more of them take the interpreter from each other, and from the desk.
_large = BoundedSemaphore(1)
FEW = 10  # a request with so many facts at most may share a transaction with others
MOST_IN_FILE = 5_000
_WHY = "whether it came before does not depend on who asks"
_DEVICES = Prepared(
    lambda: (
        Device.objects.filter(among("pk", Given("devices", UUID)))
        .order_by("pk")
        .select_for_update()
        .values_list("pk", "withdrawn_at", "last_seq")
    )
)


def _facts() -> ScopedQuerySet[Fact]:
    return Fact.objects.unscoped(reason=_WHY).order_by("pk").values_list(*Known._fields)  # type: ignore[return-value]


_BEFORE = Prepared(lambda: _facts().filter(among("fact", Given("facts", UUID))))
_UNREADABLE = Prepared(lambda: _facts().filter(fact=None, digest=Given("digest", str), sig=Given("sig", str)))


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
    if len(facts) <= FEW:
        post = posted(bearer, now, sent_at, facts)
        _together(post)
    else:
        with _large:
            post = posted(bearer, now, sent_at, facts)
            decide([post])
    return Answer(now, round(post.skew.total_seconds()), bearer.withdrawn, told(post))


def posted(bearer: Bearer, now: datetime, sent_at: datetime, facts: Sequence[Signed]) -> Post:
    """Opened, signatures checked, bodies read: what needs no transaction. Raises fact.many."""
    _demand_few(facts, MOST)
    items = [Item(one) for one in facts]
    for item in items:
        _open(item, bearer.device)
    return Post(now, envelope.skew_of(sent_at, now), items, bearer=bearer)


def told(post: Post) -> list[Told]:
    """The answer for each fact of a post that `decide` has decided."""
    return [_told(item) for item in post.items]


def bring(*, actor: Actor, now: datetime, facts: Sequence[Signed]) -> list[Told]:
    """Facts out of a file that a phone wrote, brought to the desk by somebody. Raises fact.many.

    Who brings them changes nothing: each is judged as if its phone had sent it, by its signature.
    """
    _demand_few(facts, MOST_IN_FILE)
    answer = list[Told]()
    for start in range(0, len(facts), MOST):  # portions as a phone sends them: nobody else waits for long
        items = [Item(one) for one in facts[start : start + MOST]]
        for item in items:
            _open(item, None)
        post = Post(now, timedelta(), items, importer=actor)
        decide([post])
        answer += told(post)
    return answer


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
        read(item)
    except ProblemError as problem:
        item.unfit = problem


def decide(posts: Sequence[Post]) -> None:
    """A verdict for every fact of several phones or one file, in one transaction."""
    items = [item for post in posts for item in post.items]
    for item in items:
        item.problem, item.known = item.unfit, None
    with on_disk():  # the phone deletes what is answered
        found = _held(posts)
        for post in posts:
            for item in post.items:
                _own(item, found, post)
        _find_known(items)
        for item in items:
            judge(item)
        take(posts, now=posts[-1].now)
        keeping.keep(posts, found)


#: Single scans come from many gates at once: written together they wait for the disk once.
_together = Together(decide)


def _held(posts: Sequence[Post]) -> dict[UUID, Device]:
    """The devices as they are now. Until the end of the transaction no other batch of theirs comes in between.

    Locked in order: two batches of one phone wait for each other, and never each for the other.
    """
    known = {post.bearer.device.pk: post.bearer.device for post in posts if post.bearer}
    said = {item.envelope.device for post in posts if post.importer for item in post.items if item.envelope}
    if said:
        rows = Device.objects.order_by("pk").filter(pk__in={*known, *said})
        return {one.pk: one for one in rows.select_for_update(of=("self",)).select_related("user")}
    found: dict[UUID, Device] = {}
    for pk, withdrawn_at, last_seq in _DEVICES(devices=known):
        found[pk] = known[pk]
        found[pk].withdrawn_at, found[pk].last_seq = withdrawn_at, last_seq
    return found


def _own(item: Item, found: dict[UUID, Device], post: Post) -> None:
    """The device as it is now: the phone that sent; of a file, the one that signed."""
    if post.bearer is not None:
        item.device = found.get(post.bearer.device.pk, item.device)
        return
    if item.envelope is None:
        return
    item.device = found.get(item.envelope.device)
    try:
        if item.device is None:
            raise ProblemError(errors.DEVICE)
        if item.open:
            envelope.demand_signature(item.signed, bytes(item.device.public_key))
    except ProblemError as problem:
        item.problem = problem


def _find_known(items: list[Item]) -> None:
    """Which came before: to the letter (the verdict stands), or under the same id with another text."""
    before: dict[UUID | None, list[Known]] = {}
    for row in map(Known._make, _BEFORE(facts={item.envelope.id for item in items if item.envelope})):
        before.setdefault(row.fact, []).append(row)
    for item in items:
        if item.envelope is None:
            rows = _UNREADABLE(digest=item.signed.digest, sig=item.signed.sig[:100])
            item.known = Known(*rows[0]) if rows else None
            continue
        for row in before.get(item.envelope.id, ()):
            same = row.digest == item.signed.digest
            if same and row.code == errors.DEVICE and item.open:
                continue  # another phone sent it before; its own does now
            if same and (row.sig == item.signed.sig or (row.verdict == Verdict.ACCEPTED and item.open)):
                item.known = row
            elif not same and item.open and row.code != errors.SIGNATURE:
                item.problem = ProblemError(errors.ALTERED)


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
