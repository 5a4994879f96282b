"""Whether a fact is taken: by itself (device, version, kind, body), then by whoever takes facts of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ValidationError

from lianfang.accounts import devices
from lianfang.accounts.devices import Bearer
from lianfang.accounts.errors import DEVICE_WITHDRAWN
from lianfang.accounts.models import Device, User
from lianfang.accounts.sessions import actor_for
from lianfang.kernel.actor import Actor
from lianfang.kernel.among import among
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.prepared import Given, Prepared
from lianfang.screening.facts import Recorded
from lianfang.sync import envelope, errors, kinds
from lianfang.sync.envelope import Envelope, Signed
from lianfang.sync.kinds import KINDS
from lianfang.sync.models import Fact, Verdict

NONE = timedelta()
_WHY = "whether its number is taken does not depend on who asks"
_TAKEN = Prepared(
    lambda: (
        Fact.objects.unscoped(reason=_WHY)
        .filter(among("device", Given("devices", UUID)), among("seq", Given("numbers", int)))
        .filter(verdict=Verdict.ACCEPTED)
        .values_list("device", "seq")
    )
)


class Known(NamedTuple):
    """A fact that came before, and its verdict."""

    pk: int
    fact: UUID | None
    digest: str
    sig: str
    verdict: str
    code: str
    params: dict[str, Any]


@dataclass(slots=True)
class Item:
    """One fact on its way to a verdict."""

    signed: Signed
    unfit: ProblemError | None = None  # no envelope, or not of the phone that sent it
    misfit: ProblemError | None = None  # of version, kind or body
    envelope: Envelope | None = None
    device: Device | None = None
    body: BaseModel | None = None
    problem: ProblemError | None = None
    known: Known | None = None  # it came before, and got this verdict

    @property
    def open(self) -> bool:
        return self.problem is None and self.known is None


@dataclass(frozen=True, eq=False)
class Post:
    """Facts that came together: when the phone says it sent them, and by whose token or (a file) who brought them."""

    now: datetime
    skew: timedelta
    items: Sequence[Item]
    importer: Actor | None = None
    bearer: Bearer | None = None
    _persons: dict[int, Actor] = field(default_factory=dict)

    def person(self, user: User) -> Actor:
        """The user with all that his appointments grant now; looked up once."""
        if self.bearer is not None and self.bearer.device.user_id == user.pk:
            return self.bearer.person
        if user.pk not in self._persons:
            self._persons[user.pk] = actor_for(user, now=self.now)
        return self._persons[user.pk]


def read(item: Item) -> None:
    """What the body says; whether version, kind and body fit is said by `judge`, after what comes before it."""
    said = item.envelope
    if said is None:
        return
    try:
        if said.v != envelope.VERSION:
            raise ProblemError(errors.VERSION, version=said.v, known=envelope.VERSION)
        if said.kind not in KINDS:
            raise ProblemError(errors.KIND, kind=said.kind)
        item.body = KINDS[said.kind].schema.model_validate(said.body)
    except ValidationError as problem:
        item.misfit = ProblemError(errors.BODY, fields=envelope.fields_of(problem))
    except ProblemError as problem:
        item.misfit = problem


def judge(item: Item) -> None:
    """What can be said of the fact by itself: device, version, kind, body."""
    if item.open and item.device is not None:
        withdrawn = item.device.withdrawn_at is not None
        item.problem = ProblemError(DEVICE_WITHDRAWN) if withdrawn else item.misfit


def take(posts: Sequence[Post], *, now: datetime) -> None:
    """Number by number and kind by kind into the hands of whose facts they are."""
    _demand_free_numbers([item for post in posts for item in post.items])
    by_kind: dict[str, list[tuple[Item, Recorded]]] = {}
    for post in posts:
        actors: dict[UUID, Actor] = {}
        for item in post.items:
            if item.open and item.envelope:
                by_kind.setdefault(item.envelope.kind, []).append((item, _recorded(item, actors, post)))
    for kind in KINDS:
        if mine := by_kind.get(kind):
            told = kinds.take(kind, now=now, facts=[fact for _, fact in mine])
            for (item, _), problem in zip(mine, told, strict=True):
                item.problem = _hidden(problem)


def _hidden(problem: ProblemError | None) -> ProblemError | None:
    """What lies elsewhere and what is not there have one code."""
    return ProblemError(errors.NOT_FOUND) if problem and problem.code == NOT_FOUND else problem


def _demand_free_numbers(items: Sequence[Item]) -> None:
    """Refuses what bears the number or the id of another one: kept before, or earlier in the batch."""
    taken, ids = _taken(items), dict[UUID, Item]()
    for item in items:
        if not item.open or item.envelope is None:
            continue
        number = (item.envelope.device, item.envelope.seq)
        first = ids.get(item.envelope.id)
        if first is not None:
            same = first.signed.payload == item.signed.payload
            item.problem = Twice(first) if same else ProblemError(errors.ALTERED)
        elif number in taken:
            item.problem = ProblemError(errors.SEQUENCE)
        else:
            ids[item.envelope.id] = item
            taken.add(number)


def _taken(items: Sequence[Item]) -> set[tuple[UUID, int]]:
    """Device and number of what was accepted before under one of these numbers."""
    wanted = [item.envelope for item in items if item.open and item.envelope]
    if not wanted:
        return set()
    return set(_TAKEN(devices={one.device for one in wanted}, numbers=[one.seq for one in wanted]))


class Twice(ProblemError):
    """The same fact twice in one batch: the second is a duplicate of the first, or refused with it."""

    def __init__(self, first: Item) -> None:
        super().__init__(errors.SEQUENCE)
        self.first = first


def _recorded(item: Item, actors: dict[UUID, Actor], post: Post) -> Recorded:
    said, device = item.envelope, item.device
    assert said is not None
    assert device is not None
    actor = actors.get(said.device)
    if actor is None:
        actor = actors[said.device] = devices.narrowed(device, post.person(device.user))
    return Recorded(
        id=said.id, actor=actor, user=device.user, device=said.device, at=said.at,
        corrected_at=envelope.corrected(said.at, post.skew, post.now), received_at=post.now,
        body=item.body,  # type: ignore[arg-type]
    )  # fmt: skip
