"""Lists: uploading, correcting, the dry run, applying, withdrawing."""

from typing import Annotated, Any

from ninja import Query
from pydantic import StringConstraints

from lianfang.api import importing_schemas as out
from lianfang.api.routing import ActingRequest, GuardedRouter, Key, PageNumber, PageSize
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission
from lianfang.linkage.importing import access, drafts, queries, renewal, steps

imports = GuardedRouter(tags=["imports"])
lists = GuardedRouter(tags=["lists"])
P = Permission.LIST_IMPORT

FileName = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@imports.get("", permission=P, response=out.ImportsOut)
def list_imports(request: ActingRequest, page: PageNumber = 1, size: PageSize = 20) -> Any:
    """Imports and withdrawals, newest first."""
    return queries.batches(request.actor, page=page, size=size)


@imports.post("", permission=P, response=out.ImportOut)
def begin_import(request: ActingRequest) -> Any:
    """Begin an import; files are added to it."""
    batch = drafts.begin(actor=request.actor, now=clock.now())
    return queries.batch(request.actor, batch.pk)


@imports.get("/{number}", permission=P, response=out.ImportOut)
def show_import(request: ActingRequest, number: Key) -> Any:
    """An import with its files, how far it is, and what its dry run found."""
    return queries.batch(request.actor, number)


@imports.post("/{number}/files", permission=P, response=out.ImportOut, openapi_extra=_BODY)
def upload_file(request: ActingRequest, number: Key, name: Query[FileName]) -> Any:
    """Add a file: its bytes are the body, application/octet-stream. A job reads it then.

    Errors: import.state, upload.too_large, upload.empty, upload.broken, upload.no_room, upload.twice, upload.too_many.
    """
    batch = access.batch(request.actor, number)
    announced = request.headers.get("Content-Length", "")
    drafts.add_file(
        actor=request.actor, now=clock.now(), batch=batch, name=name, content=request,
        length=int(announced) if announced.isdecimal() else None,
    )  # fmt: skip
    return queries.batch(request.actor, number)


@imports.post("/{number}/files/{file}", permission=P, response=out.ImportOut)
def describe_file(request: ActingRequest, number: Key, file: Key, body: out.FileIn) -> Any:
    """Say how a file is read, whose it is, why it may be here and for how long.

    Errors: conflict (an older revision), mapping.invalid, import.state.
    """
    version = access.version(request.actor, file, access.batch(request.actor, number))
    said = body.dict(exclude_none=True, exclude={"revision", "sheets"})
    sheets = [sheet.dict(exclude_none=True) for sheet in body.sheets]
    told = drafts.Told(**said, said=sheets)
    drafts.describe(actor=request.actor, now=clock.now(), version=version, revision=body.revision, told=told)
    return queries.batch(request.actor, number)


@imports.delete("/{number}/files/{file}", permission=P, response=out.ImportOut)
def remove_file(request: ActingRequest, number: Key, file: Key) -> Any:
    """Take a file out of a draft. Errors: import.state."""
    version = access.version(request.actor, file, access.batch(request.actor, number))
    drafts.remove_file(actor=request.actor, now=clock.now(), version=version)
    return queries.batch(request.actor, number)


@imports.post("/{number}/check", permission=P, response=out.ImportOut)
def check_import(request: ActingRequest, number: Key) -> Any:
    """Begin the dry run. Errors: import.state, import.empty, import.unreadable, import.incomplete, import.expired,
    source.taken, source.twice."""
    batch = access.batch(request.actor, number)
    steps.check(actor=request.actor, now=clock.now(), batch=batch)
    return queries.batch(request.actor, number)


@imports.post("/{number}/apply", permission=P, response=out.ImportOut)
def apply_import(request: ActingRequest, number: Key) -> Any:
    """Make the lists live. Errors: import.state, import.stale, import.nothing."""
    batch = access.batch(request.actor, number)
    steps.apply(actor=request.actor, now=clock.now(), batch=batch)
    return queries.batch(request.actor, number)


@imports.post("/{number}/cancel", permission=P, response=out.ImportOut)
def cancel_import(request: ActingRequest, number: Key) -> Any:
    """Stop what is under way. Errors: job.over."""
    batch = access.batch(request.actor, number)
    steps.cancel(actor=request.actor, now=clock.now(), batch=batch)
    return queries.batch(request.actor, number)


@imports.post("/{number}/discard", permission=P, response=out.ImportOut)
def discard_import(request: ActingRequest, number: Key) -> Any:
    """Give a draft up; its files go. Errors: import.state."""
    batch = access.batch(request.actor, number)
    steps.discard(actor=request.actor, now=clock.now(), batch=batch)
    return queries.batch(request.actor, number)


@lists.get("", permission=P, response=out.ListStandOut)
def list_lists(request: ActingRequest) -> Any:
    """The lists that the register is made of, and those that it was."""
    return queries.lists(request.actor)


@lists.get("/sources", permission=P, response=list[out.ListSourceOut])
def list_sources(request: ActingRequest) -> Any:
    """Who gives lists."""
    return access.sources(request.actor)


@lists.get("/renewal", permission=P, response=out.RenewalOut)
def show_renewal(request: ActingRequest) -> Any:
    """Whether areas have changed since the lists were loaded, and what reviewers have decided since."""
    return renewal.standing(request.actor)


@lists.post("/renewal", permission=P, response=out.ImportOut)
def renew_lists(request: ActingRequest, body: out.RenewIn) -> Any:
    """Begin the dry run of the live lists as they are. Errors: not_found, lists.no_files, import.state."""
    batch = renewal.renew(actor=request.actor, now=clock.now(), taught=body.taught)
    return queries.batch(request.actor, batch.pk)


@lists.post("/{number}/ground", permission=P, response=out.ListedOut)
def state_ground(request: ActingRequest, number: Key, body: out.GroundIn) -> Any:
    """Say why a live list may be here and until when. Errors: conflict, list.over, list.ground_over."""
    version = access.version(request.actor, number)
    steps.state_ground(actor=request.actor, now=clock.now(), version=version, **body.dict())
    return queries.listed(access.version(request.actor, number))


@lists.post("/{number}/withdraw", permission=P, response=out.ImportOut)
def withdraw_list(request: ActingRequest, number: Key, body: out.WithdrawIn) -> Any:
    """Take a list away with everything that follows from it alone. Errors: list.reason, list.over."""
    version = access.version(request.actor, number)
    batch = steps.withdraw(
        actor=request.actor, now=clock.now(), versions=[version], reason=body.reason, restore=body.restore
    )
    return queries.batch(request.actor, batch.pk)
