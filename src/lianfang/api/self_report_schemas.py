"""Shapes of residents' reports."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import StringConstraints

from lianfang.api.routing import BIGGEST
from lianfang.api.screening_schemas import Basis, Line
from lianfang.gates.planning.rules import Stance
from lianfang.screening.selfreport.body import Said
from lianfang.screening.selfreport.rules import LONGEST_DAYS, Means, ReportState

Token = Annotated[str, StringConstraints(max_length=60, pattern=r"^[\w-]*$")]
Receipt = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=0, le=BIGGEST)]


class ReportTokenIn(Schema):
    token: Token


class ContactKindOut(Schema):
    """Whom somebody may have been together with, as the profile of a disease names it."""

    code: str
    zh: str
    en: str


class GroundOut(Schema):
    """Who collects what for, on what basis, until when it is kept. `qr`: this page's address as a picture."""

    compound: str
    collector: str
    contact: str
    purpose: str
    legal_basis: Basis
    kept_until: date
    expires_on: date
    symptoms: list[str]
    contacts: list[ContactKindOut]
    qr: str


class SendIn(ReportTokenIn):
    """`key`: made by the page; `website`: stays empty, people do not see it."""

    key: UUID
    said: Said
    website: Short = ""


class ReceiptOut(Schema):
    """Told this once. `qr`: the address under which the report is found again, as a picture."""

    receipt: str
    qr: str


class ReceiptIn(Schema):
    receipt: Receipt


class CorrectIn(ReceiptIn):
    version: Number
    said: Said


class WithdrawOwnIn(ReceiptIn):
    version: Number


class OwnReportOut(Schema):
    """One's own report: what one said, ID numbers and phones masked, and what became of it."""

    kind: Literal["family", "arrival"]
    state: ReportState
    version: int
    place: str
    received_at: datetime
    changed_at: datetime
    planned_on: date | None
    visited_on: date | None
    answer: str
    changeable: bool
    said: dict[str, Any] | None
    compound: str
    collector: str
    contact: str
    purpose: str
    legal_basis: Basis
    kept_until: date
    symptoms: list[str]
    contacts: list[ContactKindOut]


class TipTokenIn(ReportTokenIn):
    """Something reported by the page: `name` and `phone` only if one wants."""

    key: UUID
    text: Annotated[str, StringConstraints(min_length=2, max_length=1000, pattern=r"^[^\x00]*\S[^\x00]*$")]
    place: Short = ""
    name: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")] = ""
    phone: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")] = ""
    website: Short = ""


class AskedOptionOut(Schema):
    """Gates by their names; `walk_mean`, `walk_longest`: metres from a door to its gate."""

    key: str
    open: list[str]
    closed: list[str]
    walk_mean: float
    walk_longest: float | None
    proposed: bool


class AskedPlanOut(Schema):
    id: int
    title: str
    until: date
    options: list[AskedOptionOut]


class OpinionTokenIn(ReportTokenIn):
    """What a resident says of an option of a gate plan; `door` only if one wants."""

    key: UUID
    plan: Number
    option: Annotated[str, StringConstraints(min_length=1, max_length=240, pattern=r"^[0-9-]+$")]
    stance: Stance
    text: Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")] = ""
    door: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")] = ""
    website: Short = ""


class ReportLinkIn(Schema):
    """`days`: how long the link lasts; `kept_until`: then what was said is deleted."""

    compound: Number
    collector: Short
    contact: Short
    purpose: Line
    legal_basis: Basis
    kept_until: date
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)]


class ReportLinkOut(Schema):
    """`works`: it can be opened now; `waiting`: reports that nobody has decided."""

    id: int
    compound: int
    compound_name: str
    collector: str
    contact: str
    purpose: str
    legal_basis: Basis
    kept_until: date
    created_at: datetime
    created_by_name: str
    expires_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by_name: str
    works: bool
    received: int
    waiting: int


class FreshReportLinkOut(Schema):
    """`url` and its picture are told this once."""

    link: ReportLinkOut
    url: str
    qr: str


class LinkWithdrawIn(Schema):
    reason: Line


class SelfReportOut(Schema):
    """One report in the desk's table. `dwelling`: the door, null while nobody knows which."""

    id: int
    version: int
    kind: Literal["family", "arrival"]
    means: Means
    state: ReportState
    compound: int
    compound_name: str
    place: str
    dwelling: int | None
    people: int
    arrives_on: date | None
    planned_on: date | None
    answer: str
    task: int | None
    visit: UUID | None
    received_at: datetime
    changed_at: datetime
    corrected: int
    handled_by_name: str


class SelfReportsOut(Schema):
    """`counts`: how many of those that the other filters leave are in which state."""

    items: list[SelfReportOut]
    total: int
    page: int
    size: int
    counts: dict[str, int]


class SelfReportDetailOut(SelfReportOut):
    """`said`: ID numbers and phones masked; null when it was withdrawn. `door`: the dwelling in words."""

    said: dict[str, Any] | None
    door: str


class ReportDecideIn(Schema):
    """take: as a visit (an arrival: as work); plan: somebody comes `on` that day; known; wrong_door.

    `answer` is shown to whoever reported. `door`: the dwelling, where nobody knows it or it is another one.
    """

    version: Number
    act: Literal["take", "plan", "known", "wrong_door"]
    answer: Line = ""
    door: Number | None = None
    on: date | None = None


class PaperFormIn(Schema):
    """A paper form typed in. `key` as with SendIn: sent twice it is one form."""

    link: Number
    key: UUID
    said: Said
    door: Number | None = None


class TypedOut(Schema):
    report: SelfReportOut
    receipt: str
