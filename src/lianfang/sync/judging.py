"""Whether a fact is taken: by itself (device, version, kind, body), then by whoever takes facts of its kind."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ValidationError

from lianfang.accounts import devices
from lianfang.accounts.errors import DEVICE_WITHDRAWN
from lianfang.accounts.models import Device
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.screening.facts import Recorded
from lianfang.sync import envelope, errors, kinds
from lianfang.sync.envelope import Envelope, Signed
from lianfang.sync.kinds import KINDS
from lianfang.sync.models import Fact, Verdict

NONE = timedelta()
_WHY = "whether its number is taken does not depend on who asks"


@dataclass
class Item:
    """One fact on its way to a verdict."""

    signed: Signed
    envelope: Envelope | None = None
    device: Device | None = None
    body: BaseModel | None = None
    problem: ProblemError | None = None
    known: Fact | None = None  # it came before, and got this verdict
    at: datetime | None = None  # corrected

    @property
    def open(self) -> bool:
        return self.problem is None and self.known is None


@dataclass(frozen=True)
class Post:
    """How facts came: when the phone says it sent them, and who brought a file (None: the phone itself)."""

    now: datetime
    skew: timedelta
    importer: Actor | None = None


def judge(item: Item) -> None:
    """What can be said of the fact by itself: device, version, kind, body."""
    if not item.open or item.envelope is None or item.device is None:
        return
    try:
        if item.device.withdrawn_at is not None:
            raise ProblemError(DEVICE_WITHDRAWN)
        if item.envelope.v != envelope.VERSION:
            raise ProblemError(errors.VERSION, version=item.envelope.v, known=envelope.VERSION)
        if item.envelope.kind not in KINDS:
            raise ProblemError(errors.KIND, kind=item.envelope.kind)
        item.body = KINDS[item.envelope.kind].schema.model_validate(item.envelope.body)
    except ValidationError as problem:
        item.problem = ProblemError(errors.BODY, fields=envelope.fields_of(problem))
    except ProblemError as problem:
        item.problem = problem


def take(items: list[Item], post: Post) -> None:
    """Number by number and kind by kind into the hands of whose facts they are."""
    _demand_free_numbers(items)
    actors = {one.pk: devices.actor_of(one, now=post.now) for one in _devices(items)}
    for kind in KINDS:
        mine = [item for item in items if item.open and item.envelope and item.envelope.kind == kind]
        if mine:
            given = [_recorded(item, actors, post) for item in mine]
            for item, problem in zip(mine, kinds.take(kind, now=post.now, facts=given), strict=True):
                item.problem = _hidden(problem)


def _hidden(problem: ProblemError | None) -> ProblemError | None:
    """What lies elsewhere and what is not there have one code."""
    return ProblemError(errors.NOT_FOUND) if problem and problem.code == NOT_FOUND else problem


def _devices(items: list[Item]) -> list[Device]:
    return list({item.device.pk: item.device for item in items if item.device}.values())


def _demand_free_numbers(items: list[Item]) -> None:
    """Refuses what bears the number or the id of another one: kept before, or earlier in the batch."""
    ids, numbers = set(), set()
    taken = {
        (device.pk, seq)
        for device in _devices(items)
        for seq in Fact.objects.unscoped(reason=_WHY)
        .filter(device=device.pk, verdict=Verdict.ACCEPTED)
        .filter(seq__in=[item.envelope.seq for item in items if item.envelope and item.device == device])
        .values_list("seq", flat=True)
    }
    for item in items:
        if not item.open or item.envelope is None:
            continue
        number = (item.envelope.device, item.envelope.seq)
        if item.envelope.id in ids:
            first = next(one for one in items if one.envelope and one.envelope.id == item.envelope.id)
            same = first.signed.payload == item.signed.payload
            item.problem = Twice(first) if same else ProblemError(errors.ALTERED)
        elif number in taken or number in numbers:
            item.problem = ProblemError(errors.SEQUENCE)
        else:
            ids.add(item.envelope.id)
            numbers.add(number)


class Twice(ProblemError):
    """The same fact twice in one batch: the second is a duplicate of the first, or refused with it."""

    def __init__(self, first: Item) -> None:
        super().__init__(errors.SEQUENCE)
        self.first = first


def _recorded(item: Item, actors: dict[UUID, Actor], post: Post) -> Recorded:
    assert item.envelope is not None
    assert item.device is not None
    item.at = envelope.corrected(item.envelope.at, post.skew, post.now)
    return Recorded(
        id=item.envelope.id, actor=actors[item.device.pk], user=item.device.user, device=item.device.pk,
        at=item.envelope.at, corrected_at=item.at, received_at=post.now, body=item.body,  # type: ignore[arg-type]
    )  # fmt: skip
