"""Facts are written down with their verdicts: all in one statement, and a line of the audit record for each batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from lianfang.accounts.models import Device
from lianfang.kernel import audit, bulk
from lianfang.kernel.actor import Actor
from lianfang.kernel.models import AuditRecord
from lianfang.kernel.permissions import Permission
from lianfang.kernel.prepared import Given, PreparedUpdate
from lianfang.sync import envelope
from lianfang.sync.judging import Item, Post, Twice
from lianfang.sync.models import Fact, Verdict

_WHY = "how often it came does not depend on who asks"
_NUMBERED = PreparedUpdate(
    lambda: (
        Device.objects.filter(pk=Given("device", UUID)),
        {"last_seq": Given("seq", int), "seen_at": Given("now", datetime)},
    )
)


def keep(posts: Sequence[Post], found: Mapping[UUID, Device]) -> None:
    """Everything that has not come before, with its verdict; who sent it, and how often what was refused came.

    `found`: the devices, whose rows the caller holds. Inside the caller's transaction.
    """
    items = [item for post in posts for item in post.items]
    again = [item.known.pk for item in items if item.known and item.known.verdict == Verdict.REJECTED]
    if again:
        _count(again)
    fresh = [(post, _fresh(post)) for post in posts]
    came = [(post, item) for post, own in fresh for item in own]
    origins = {key: _origin(*key) for key in dict.fromkeys((post, item.device) for post, item in came)}
    if came:
        _write(came, origins)
    for post in posts:
        _count_numbers(post, found)
    told = [_entry(own, found, origins[post, own[0].device]["path"], post) for post, own in fresh if own]
    if any(told):  # last: it holds the record's head until the transaction ends
        audit.append([one for one in told if one])


def _fresh(post: Post) -> list[Item]:
    return [item for item in post.items if item.known is None and not isinstance(item.problem, Twice)]


def _count(again: Sequence[int]) -> None:
    """What was refused before has come once more; twice in one batch counts twice."""
    rows = Fact.objects.unscoped(reason=_WHY)
    for times in range(1, max(map(again.count, set(again))) + 1):
        rows.filter(pk__in={pk for pk in again if again.count(pk) >= times}).update(times=F("times") + 1)


def _origin(post: Post, device: Device | None) -> dict[str, Any]:
    """How it came, whose it is, and where he works: whoever looks after that area sees what was refused."""
    actor = post.person(device.user) if device else post.importer
    scope = (actor.scope(Permission.FIELD_WORK) or actor.scope(Permission.GATE_WORK)) if actor else None
    return {
        "device": device.pk if device else None,
        "user": device.user_id if device else None,
        "user_name": str(device.user)[:150] if device else "",
        "path": scope.paths[0] if scope and scope.paths else "",
        "skew": round(post.skew.total_seconds()),
        "received_at": post.now,
        "imported_by": post.importer.user_id if post.importer else None,
        "imported_by_name": post.importer.name[:150] if post.importer else "",
    }


def _write(
    came: Sequence[tuple[Post, Item]], origins: Mapping[tuple[Post, Device | None], dict[str, Any]]
) -> None:
    items = [item for _, item in came]
    said, problems = [item.envelope for item in items], [item.problem for item in items]
    columns: dict[str, Sequence[Any]] = {
        "fact": [one and one.id for one in said],
        "seq": [one and one.seq for one in said],
        "kind": [one.kind if one else "" for one in said],
        "v": [one and one.v for one in said],
        "at": [one and one.at for one in said],
        "corrected_at": [_corrected(*one) for one in came],
        "payload": [_storable(item.signed.payload) for item in items],
        "digest": [item.signed.digest for item in items],
        "sig": [item.signed.sig[:100] for item in items],
        "verdict": [Verdict.REJECTED.value if one else Verdict.ACCEPTED.value for one in problems],
        "code": [one.code if one else "" for one in problems],
        "params": [one.params if one else {} for one in problems],
    }
    if len(origins) == 1:
        bulk.put(Fact, columns, next(iter(origins.values())))
        return
    each = [origins[post, item.device] for post, item in came]
    bulk.put(Fact, columns | {name: [one[name] for one in each] for name in each[0]})


def _corrected(post: Post, item: Item) -> datetime | None:
    return envelope.corrected(item.envelope.at, post.skew, post.now) if item.envelope else None


def _storable(text: str) -> str:
    """To the letter, but for halves of characters that no database keeps, and for what is far too long."""
    return text.encode("utf-8", "replace").decode()[: 2 * envelope.MOST_BYTES]


def _count_numbers(post: Post, found: Mapping[UUID, Device]) -> None:
    """The devices' highest numbers."""
    highest: dict[UUID, int] = {}
    for item in post.items:
        said = item.envelope
        if said and item.device and item.problem is None and said.seq > highest.get(said.device, 0):
            highest[said.device] = said.seq
    for pk, seq in highest.items():
        if pk in found and seq > found[pk].last_seq:
            _NUMBERED(device=pk, seq=seq, now=post.now)
            found[pk].last_seq = seq


def _entry(fresh: Sequence[Item], found: Mapping[UUID, Device], path: str, post: Post) -> AuditRecord | None:
    """One line of the audit record for all that came together."""
    first = post.bearer.device if post.bearer else next(iter(found.values()), None)
    actor: Actor | None = post.importer or (post.person(first.user) if first else None)
    refused = sum(1 for item in fresh if item.problem)
    if actor is None:
        return None
    return audit.entry(
        actor=actor, action="facts.received", now=post.now, kind="device",
        object_id=str(first.pk) if first else "", path=path,
        details={"accepted": len(fresh) - refused, "rejected": refused, "file": post.importer is not None},
    )  # fmt: skip
