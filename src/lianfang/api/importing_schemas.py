"""What the screens of lists and imports take and give. Long numbers in samples and examples are masked."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from lianfang.api.linkage_schemas import NoteOut, Reason
from lianfang.api.routing import BIGGEST
from lianfang.linkage.fields import ListKind
from lianfang.linkage.importing.models import ImportKind, ImportState, LegalBasis, VersionState

Name = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$", strip_whitespace=True)]
Purpose = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$", strip_whitespace=True)]
Letter = Annotated[str, StringConstraints(max_length=4, pattern=r"^[A-Z]+$")]
FieldName = Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_]*$")]
Number = Annotated[int, Field(ge=0, le=BIGGEST)]


class ListSourceOut(Schema):
    id: int
    name: str
    organisation: str
    kind: ListKind
    replaces: bool
    legal_basis: str
    purpose: str
    keep_days: int


class ProgressOut(Schema):
    """A job: `step` and `error` are codes; `share` is 0 to 1."""

    job: int
    state: str
    step: str
    share: float
    error: str
    params: dict[str, Any]


class ListedOut(Schema):
    """A list in one line. `restorable`: the version before it can come back."""

    id: int
    batch: int
    revision: int
    number: int | None
    state: VersionState
    file_name: str
    size: int
    rows: int
    rejected: int
    kind: ListKind
    source: ListSourceOut | None
    uploaded_at: datetime
    received_on: date
    legal_basis: LegalBasis | Literal[""]
    purpose: str
    expires_on: date | None
    ended_at: datetime | None
    going: bool
    restorable: bool


class ProposalOut(Schema):
    name: str
    organisation: str = ""
    replaces: bool = True


class ColumnReadOut(Schema):
    letter: str
    header: str | None
    field: str | None
    how: str
    hand: bool
    samples: list[str | None]


class ReadProblemOut(Schema):
    row: int | None
    code: str
    zh: str
    en: str


class SheetOut(Schema):
    sheet: str | None
    skip: bool
    kind: ListKind | None
    encoding: str | None
    header_rows: list[int]
    records: int
    rejected: int
    columns: list[ColumnReadOut]
    notes: list[NoteOut]
    problems: list[ReadProblemOut]


class FileDraftOut(ListedOut):
    """A file of an import: how it is read and what is known of it."""

    proposal: ProposalOut | None
    sheets: list[SheetOut]
    problems: list[ReadProblemOut]
    progress: ProgressOut | None
    same_as: ListedOut | None


class ListDifferenceOut(Schema):
    source: str
    file: str
    kind: ListKind
    coming: bool
    going: bool
    rows: int
    before: int
    new: int
    changed: int
    vanished: int
    unchanged: int


class PeopleDifferenceOut(Schema):
    """`moved`: the lists say that they live elsewhere; `placed`: only the areas around them have changed."""

    before: int
    after: int
    new: int
    gone: int
    moved: int
    changed: int
    placed: int = 0


class CodeDifferenceOut(Schema):
    code: str
    new: int
    closed: int


class FindingsDifferenceOut(Schema):
    before: int
    after: int
    new: int
    closed: int
    by_code: list[CodeDifferenceOut]


class ReviewsDifferenceOut(Schema):
    before: int
    after: int
    new: int


class PersonExampleOut(Schema):
    name: str | None
    sex: str | None
    id_number: str | None
    phone: str | None
    address: str | None
    community: str | None
    grid: str | None


class ValueExampleOut(Schema):
    field: str
    old: str | None
    new: str | None


class PersonValueExampleOut(ValueExampleOut):
    name: str | None


class RowExampleOut(Schema):
    file: str
    row: int
    name: str | None
    values: list[ValueExampleOut]


class ExamplesOut(Schema):
    new: list[PersonExampleOut]
    gone: list[PersonExampleOut]
    changed: list[PersonValueExampleOut]
    rows: list[RowExampleOut]


class DifferenceOut(Schema):
    """What applying would change. `nothing`: every row is known already; `regrouped`: known rows that would belong to
    another person."""

    first: bool
    nothing: bool
    lists: list[ListDifferenceOut]
    people: PeopleDifferenceOut
    regrouped: int = 0
    findings: FindingsDifferenceOut
    reviews: ReviewsDifferenceOut
    examples: ExamplesOut


class ImportOut(Schema):
    """An import, a withdrawal, or the live lists once more.

    `working`: a job is under way; `stale`: the dry run is older than the live lists; `taught`: of the lists once more,
    whether reviewers' decisions teach the weights.
    """

    id: int
    kind: ImportKind
    state: ImportState
    created_at: datetime
    creator: str
    reason: str
    applied_at: datetime | None
    run: int | None
    working: bool
    progress: ProgressOut | None
    names: list[str]
    rows: int
    files: list[FileDraftOut]
    difference: DifferenceOut | None
    taught: bool
    stale: bool


class ImportsOut(Schema):
    items: list[ImportOut]
    total: int
    page: int
    size: int


class ListStandOut(Schema):
    live: list[ListedOut]
    gone: list[ListedOut]


class SheetIn(Schema):
    """What somebody says of a sheet: only what is to change. `columns`: letter → field, "" for none."""

    index: Annotated[int, Field(ge=0, le=1000)]
    skip: bool | None = None
    kind: ListKind | None = None
    header_row: Annotated[int, Field(ge=0, le=1000)] | None = None
    columns: Annotated[dict[Letter, FieldName], Field(max_length=500)] | None = None


class ProposalIn(Schema):
    name: Annotated[Name, Field(min_length=1)]
    organisation: Name = ""
    replaces: bool = True


class FileIn(Schema):
    """`revision` is the one that was looked at: an older one answers conflict."""

    revision: Number
    source: Number | None = None
    proposal: ProposalIn | None = None
    legal_basis: LegalBasis | None = None
    purpose: Purpose | None = None
    received_on: date | None = None
    expires_on: date | None = None
    sheets: Annotated[list[SheetIn], Field(max_length=200, default_factory=list)]


class GroundIn(Schema):
    """Why a list may be here, and the first day on which it is no longer. `revision` is the one looked at."""

    revision: Number
    legal_basis: LegalBasis
    purpose: Annotated[Purpose, Field(min_length=1)]
    expires_on: date


class RenewalOut(Schema):
    """What working the live lists out once more would be for.

    `people` live in `places` (some of them `names`) that would lie in another area; `decisions` are in force,
    `new_decisions` younger than the run; `taught`: they teach the weights already; `batch`: one under way.
    `without_files` names lists that cannot be worked out again.
    """

    run: int | None
    without_files: list[str]
    people: int
    places: int
    names: list[str]
    decisions: int
    new_decisions: int
    taught: bool
    batch: int | None


class RenewIn(Schema):
    """`taught`: decisions of reviewers teach the weights, from this run on."""

    taught: bool


class WithdrawIn(Schema):
    reason: Reason
    restore: bool = False
