"""Shapes of passes, their rules, withdrawals and objections."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from ninja.params import Query
from pydantic import StringConstraints

from lianfang.api.routing import BIGGEST, Words
from lianfang.gates.rules import Holder, ObjectionVerdict, Reason

Number = Annotated[int, Field(ge=0, le=BIGGEST)]
Text = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_]*$")]
State = Literal["valid", "early", "over", "revoked", "suspended", "replaced", "void", "returned"]
Asked = Annotated[int | None, Query(ge=0, le=BIGGEST)]
Hour = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]


class PassQuery(Schema):
    """`text`: name, phone, plate or the end of a serial; `batch`: of a list; `key`: signed by it."""

    text: Words = ""
    code: Code = ""
    state: State | None = None
    compound: Asked = None
    batch: Asked = None
    key: Asked = None
    person: Asked = None
    dwelling: Asked = None


class PassOut(Schema):
    """`until`: when a withdrawal ends. `door`: building-unit-room. `person`: number in the registry. `gates`: the only
    ones, by name; none: all of its compound; `further`: compounds.
    """

    id: int
    serial: str
    code: str
    kind_zh: str
    kind_en: str
    colour: str
    name: str
    plate: str
    compound: int
    compound_name: str
    whole_area: bool
    gates: list[str]
    further: list[str]
    person: int | None
    dwelling: int | None
    door: str
    phone_tail: str
    quota: int
    valid_from: datetime
    valid_until: datetime
    state: State
    until: datetime | None
    issued_at: datetime
    issued_by_name: str
    printed_at: datetime | None
    ended_at: datetime | None
    ended_reason: str
    batch_id: int | None
    replaced_by_id: int | None


class PassesOut(Schema):
    items: list[PassOut]
    total: int
    page: int
    size: int


class PassPolicyOut(Schema):
    """Exits and entries within `window_days` local days, today included; 0: as often as one likes."""

    per: str
    window_days: int
    exits: int
    entries: int
    minutes_outside: int


class PassLimitsOut(Schema):
    objection_hours: int
    suspend_hours: int
    revoke_days: int


class RetentionOut(Schema):
    """Weeks for which crossings are kept; `own`: the area has a rule of its own."""

    weeks: int
    why: str
    changed_at: datetime | None
    changed_by_name: str
    own: bool


class PassMessageOut(Schema):
    zh: str
    en: str


class RevocationOut(Schema):
    """`message`: what the holder is told. `by_guard`: a suspension for hours."""

    id: int
    reason: Reason
    text: str
    since: datetime
    until: datetime
    running: bool
    by_guard: bool
    made_at: datetime
    by_name: str
    told_at: datetime | None
    told_how: str
    told_by_name: str
    lifted_at: datetime | None
    lifted_by_name: str
    lifted_text: str
    message: PassMessageOut


class ObjectionOut(Schema):
    """`decidable`: by the asking user; `deciders`: names of those who may. `hours_late`: whole ones; 0: it is not."""

    id: int
    version: int
    pass_id: int
    pass_name: str
    compound_name: str
    serial: str
    text: str
    channel: Literal["page", "desk"]
    made_at: datetime
    clerk_name: str
    due_at: datetime
    overdue: bool
    hours_late: int
    escalated_at: datetime | None
    decided_at: datetime | None
    decided_by_name: str
    verdict: str
    answer: str
    decidable: bool
    deciders: list[str]
    revocation: RevocationOut


class ObjectionsOut(Schema):
    items: list[ObjectionOut]
    total: int
    page: int
    size: int
    counts: dict[str, int]


class PassMayOut(Schema):
    issue: bool
    revoke: bool


class PassDetailOut(PassOut):
    """`qr`: the code as a picture; `own_url`: the holder's own page, and its address as a picture."""

    text: str
    kid: str
    subject: str
    policy: PassPolicyOut
    limits: PassLimitsOut
    replaces: int | None
    qr: str
    own_url: str
    own_qr: str
    revocations: list[RevocationOut]
    objections: list[ObjectionOut]
    may: PassMayOut


class PassOrderIn(Schema):
    """`compounds`: the first is the holder's; `gates`: only these of its gates; `whole_area`: every gate of the
    community. `first_on` null: from now on; `days`, `quota` null: as the kind says.
    """

    code: Code
    compounds: Annotated[list[Number], Field(min_length=1, max_length=20)]
    gates: Annotated[list[Number], Field(max_length=10, default_factory=list)]
    first_on: date | None = None
    days: Annotated[int, Field(ge=0, le=1000)] | None = None
    quota: Annotated[int, Field(ge=0, le=255)] | None = None
    whole_area: bool = False


class OutsiderIn(Schema):
    name: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
    phone: Annotated[str, StringConstraints(max_length=20, pattern=r"^[^\x00]*$")] = ""
    plate: Annotated[str, StringConstraints(max_length=12, pattern=r"^[^\x00]*$")] = ""
    employer: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")] = ""


class IssueIn(Schema):
    """For people of the registry, for everybody behind a door, or for outsiders and vehicles."""

    order: PassOrderIn
    people: Annotated[list[Number], Field(max_length=20, default_factory=list)]
    dwelling: Number | None = None
    others: Annotated[list[OutsiderIn], Field(max_length=20, default_factory=list)]


class PassListIn(Schema):
    """`people`: of the registry; `table`: text with a header (姓名, 电话, 车牌, 单位), separated by commas or tabs."""

    order: PassOrderIn
    title: Short
    people: Annotated[list[Number], Field(max_length=20_000, default_factory=list)]
    table: Annotated[str, StringConstraints(max_length=3_000_000, pattern=r"^[^\x00]*$")] = ""


class PassRejectedRowOut(Schema):
    row: int
    code: str


class PassBatchOut(Schema):
    """`rejected`: rows of the list that got no pass, with the code of the error. `job`: see /jobs."""

    id: int
    title: str
    code: str
    compound: int
    total: int
    issued: int
    held: int
    rejected: list[PassRejectedRowOut]
    job: int | None
    made_at: datetime
    made_by_name: str
    done_at: datetime | None


class PassPrintIn(Schema):
    """Passes by number, or all of a list. `layout`: cards, eight on a sheet of A4 to be cut; sheets, one an A5."""

    passes: Annotated[list[Number], Field(max_length=1000, default_factory=list)]
    batch: Number | None = None
    layout: Literal["cards", "sheets"] = "cards"


class PassWordsIn(Schema):
    text: Text


class RevokeIn(PassWordsIn):
    reason: Reason
    hours: Annotated[int, Field(ge=0, le=100_000)]


class PassToldIn(Schema):
    how: Literal["notice", "message", "phone"]


class ObjectionDecideIn(Schema):
    version: Number
    verdict: ObjectionVerdict
    answer: Text


class ObjectionQuery(Schema):
    state: Literal["waiting", "overdue", "decided"] | None = None


class AreaQuery(Schema):
    area: Annotated[int, Query(ge=0, le=BIGGEST)]


class PassKindOut(Schema):
    """`own`: this area's own copy or kind; `shipped`: as it came with the program."""

    number: int
    code: str
    zh: str
    en: str
    holder: Holder
    colour: str
    quota: int
    days: int
    budgeted: bool
    at_gate: bool
    hours: list[list[str]]
    print_zh: str
    print_en: str
    shipped: bool
    own: bool


class PassQuotaOut(PassPolicyOut):
    number: int
    title: str
    own: bool
    retired: bool


class PassRulesOut(Schema):
    kinds: list[PassKindOut]
    quotas: list[PassQuotaOut]
    limits: PassLimitsOut
    retention: RetentionOut


class PassKindIn(Schema):
    """An area's own kind, or its copy of one that holds there under the same code."""

    area: Number
    code: Code
    zh: Annotated[str, StringConstraints(max_length=30, pattern=r"^[^\x00]*$")]
    en: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
    holder: Holder
    colour: Annotated[str, StringConstraints(max_length=7, pattern=r"^[^\x00]*$")]
    quota: Annotated[int, Field(ge=0, le=255)]
    days: Annotated[int, Field(ge=0, le=1000)]
    budgeted: bool
    at_gate: bool
    hours: Annotated[list[tuple[Hour, Hour]], Field(max_length=4, default_factory=list)]
    print_zh: Short = ""
    print_en: Annotated[str, StringConstraints(max_length=160, pattern=r"^[^\x00]*$")] = ""


class PassQuotaIn(Schema):
    area: Number
    title: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")]
    per: Holder
    window_days: Annotated[int, Field(ge=0, le=1000)]
    exits: Annotated[int, Field(ge=0, le=1000)]
    entries: Annotated[int, Field(ge=0, le=1000)]
    minutes_outside: Annotated[int, Field(ge=0, le=100_000)]


class PassLimitsIn(Schema):
    area: Number
    objection_hours: Annotated[int, Field(ge=0, le=1000)]
    suspend_hours: Annotated[int, Field(ge=0, le=1000)]
    revoke_days: Annotated[int, Field(ge=0, le=1000)]


class RetentionIn(Schema):
    area: Number
    weeks: Annotated[int, Field(ge=0, le=1000)]
    why: Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]


class PassKeyOut(Schema):
    """`state`: signs, verifies (its passes go on), withdrawn. `void`: of a withdrawn one, passes without a new one."""

    id: int
    kid: str
    area: str
    since: datetime
    until: datetime
    made_by_name: str
    withdrawn_at: datetime | None
    withdrawn_by_name: str
    withdrawn_reason: str
    state: Literal["signs", "verifies", "withdrawn"]
    ends_soon: bool
    passes: int
    void: int


class PassKeyIn(Schema):
    area: Number
    days: Annotated[int, Field(ge=0, le=10_000)]


class PassBudgetOut(Schema):
    id: int
    path: str
    code: str
    first_on: date
    last_on: date
    allowed: int
    used: int
    note: str
    made_at: datetime
    made_by_name: str
    ended_at: datetime | None


class PassBudgetIn(Schema):
    area: Number
    code: Code
    first_on: date
    last_on: date
    allowed: Annotated[int, Field(ge=0, le=BIGGEST)]
    note: Short = ""


class DoubleUseOut(Schema):
    """`first` and `second`: crossings; both stand. Names are empty of a gate that the actor does not see."""

    id: int
    pass_id: int | None
    name: str
    subject: str
    reason: str
    first: UUID
    second: UUID
    first_gate: int
    second_gate: int
    first_at: datetime
    second_at: datetime
    noticed_at: datetime
    seen_at: datetime | None
    seen_by_name: str
    first_gate_name: str
    second_gate_name: str
    first_guard: str
    second_guard: str


class DoubleUsesOut(Schema):
    items: list[DoubleUseOut]
    total: int
    page: int
    size: int


class OwnTokenIn(Schema):
    token: Annotated[str, StringConstraints(max_length=60, pattern=r"^[\w-]*$")]


class OwnObjectionIn(OwnTokenIn):
    text: Text


class OwnPassOut(Schema):
    """One's own pass. `qr` empty: it never counts again. A withdrawal says why and until when."""

    name: str
    plate: str
    kind_zh: str
    kind_en: str
    colour: str
    print_zh: str
    print_en: str
    compound: str
    whole_area: bool
    gates: list[str]
    further: list[str]
    valid_from: datetime
    valid_until: datetime
    state: State
    hours: list[list[str]]
    quota: PassPolicyOut
    qr: str
    withdrawn: dict[str, Any] | None
    objection: dict[str, Any] | None
    may_object: bool
