"""The territory over HTTP: the tree of areas, its import, its shapes."""

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from ninja import File, Query, Status, UploadedFile

from lianfang.api import places_schemas as out
from lianfang.api.routing import ActingRequest, GuardedRouter, Key
from lianfang.api.territory_schemas import AreaOut
from lianfang.kernel import clock
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.linkage.readers.limits import MEGABYTE
from lianfang.linkage.readers.plain import SMALL, TableError, read_table
from lianfang.territory import access, actions, queries
from lianfang.territory.errors import FILE_LARGE, FILE_UNREADABLE
from lianfang.territory.geojson import MOST_BYTES
from lianfang.territory.importing import import_areas
from lianfang.territory.mapping import import_map
from lianfang.territory.models import Area

router = GuardedRouter(tags=["territory"])
MANAGE = Permission.AREA_MANAGE


@router.get("", permission=Permission.AREA_VIEW, response=list[AreaOut])
def list_areas(request: ActingRequest, permission: Permission = Permission.AREA_VIEW) -> Any:
    """The areas over which one holds `permission`, parents before children. Errors: forbidden."""
    return queries.area_tree(request.actor, permission)


@router.get("/shapes", permission=Permission.AREA_VIEW, response=list[out.ShapeOut])
def list_shapes(request: ActingRequest) -> Any:
    """Areas and compounds that have a shape, GeoJSON geometries in WGS 84."""
    return queries.shapes(request.actor)


@router.get("/areas.csv", permission=Permission.AREA_VIEW)
def export_areas(request: ActingRequest) -> HttpResponse:
    """Codes and names as CSV (UTF-8 with BOM), which imports again."""
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(["代码", "名称"])
    writer.writerows(access.visible_areas(request.actor).order_by("path").values_list("code", "name"))
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="areas.csv"'
    return response


@router.post("", permission=MANAGE, response=AreaOut)
def add_area(request: ActingRequest, body: out.AreaIn) -> Any:
    """Errors: area.bad_code, area.not_below, area.code_taken, not_found."""
    return actions.add_area(
        actor=request.actor,
        now=clock.now(),
        code=body.code,
        name=body.name,
        parent=_area(request, body.parent),
    )


@router.post("/import", permission=MANAGE, response=out.ImportedOut)
def import_table(request: ActingRequest, file: File[UploadedFile], dry_run: Query[bool] = False) -> Any:
    """Codes and names from a CSV or workbook; `dry_run` only tells what would be. Errors: area.file_unreadable, …"""
    _small(file, SMALL.file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "areas")
        path.write_bytes(file.read())
        try:
            rows = read_table(path, file.name or "")
        except TableError as problem:
            raise ProblemError(FILE_UNREADABLE, detail=f"{problem.error.zh} {problem.error.en}") from problem
    return import_areas(actor=request.actor, now=clock.now(), rows=rows, dry_run=dry_run)


@router.post("/shapes", permission=MANAGE, response=out.MappedOut)
def import_shapes(request: ActingRequest, file: File[UploadedFile], dry_run: Query[bool] = False) -> Any:
    """Shapes from GeoJSON; `dry_run` only tells what would be. Errors: area.geometry, area.file_large."""
    _small(file, MOST_BYTES)
    return import_map(actor=request.actor, now=clock.now(), content=file.read(), dry_run=dry_run)


@router.post("/{area}/rename", permission=MANAGE, response=AreaOut)
def rename_area(request: ActingRequest, area: Key, body: out.RenameIn) -> Any:
    """Errors: conflict (params: the present name and version), not_found."""
    found = access.area_for(request.actor, MANAGE, area)
    return actions.rename_area(
        actor=request.actor, now=clock.now(), area=found, name=body.name, version=body.version
    )


@router.post("/{area}/move", permission=MANAGE, response=AreaOut)
def move_area(request: ActingRequest, area: Key, body: out.MoveIn) -> Any:
    """Errors: area.bad_code, area.not_below, area.code_taken, conflict, not_found."""
    found = access.area_for(request.actor, MANAGE, area)
    parent = _area(request, body.parent)
    return actions.move_area(
        actor=request.actor, now=clock.now(), area=found, parent=parent, code=body.code, version=body.version
    )


@router.post("/{area}/remove", permission=MANAGE, response={204: None})
def remove_area(request: ActingRequest, area: Key, body: out.VersionIn) -> Status[None]:
    """Errors: area.in_use, conflict, not_found."""
    found = access.area_for(request.actor, MANAGE, area)
    actions.remove_area(actor=request.actor, now=clock.now(), area=found, version=body.version)
    return Status(204, None)


def _area(request: ActingRequest, pk: int | None) -> Area | None:
    return None if pk is None else access.area_for(request.actor, MANAGE, pk)


def _small(file: UploadedFile, most: int) -> None:
    if (file.size or 0) > most:
        raise ProblemError(FILE_LARGE, most=most // MEGABYTE)
