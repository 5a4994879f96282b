"""Which source a file comes from, and what is remembered of it."""

import re
from datetime import timedelta
from typing import Any

from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.linkage.fields import ListKind
from lianfang.linkage.importing import files, sheets
from lianfang.linkage.importing.models import ListVersion, Source
from lianfang.linkage.readers import Source as File

_DIGITS = re.compile(r"[\s\d\-_.()（）年月日v]+")


def read_first(version: ListVersion) -> dict[str, Any]:
    """sheets, problems, source, proposal and what else the source's last list tells of the next one."""
    with files.opened(version.stored) as path:
        return _read_first(version, File(path, name=version.file_name))


def _read_first(version: ListVersion, file: File) -> dict[str, Any]:
    found, problems = sheets.read_sheets(file)
    source = known_source(version.file_name, sheets.headings(found))
    told: dict[str, Any] = {"sheets": found, "problems": problems, "proposal": proposal(version.file_name)}
    if source is not None:
        kind = ListKind(source.remembered["kind"]) if "kind" in source.remembered else None
        found, problems = sheets.read_sheets(file, source.remembered, kind)
        told |= {"sheets": found, "problems": problems, "source": source, **grounds(version, source)}
    return told


def read_again(version: ListVersion) -> dict[str, Any]:
    """sheets and problems, with what somebody said of them."""
    with files.opened(version.stored) as path:
        found, problems = sheets.reread(File(path, name=version.file_name), version.sheets)
    return {"sheets": found, "problems": problems}


def known_source(file_name: str, headings: list[str]) -> Source | None:
    """Whose list looks like this one: the same headings; of several such, the one whose file had the same name."""
    alike = [source for source in Source.objects.order_by("-pk") if headings and source.headings == headings]
    same_name = [source for source in alike if stem(source.file_name) == stem(file_name)]
    if same_name:
        return same_name[0]
    return alike[0] if len(alike) == 1 else None


def stem(file_name: str) -> str:
    """A file's name without ending, dates and counters: 3月2日卡口登记(2).xlsx and 3月3日卡口登记.xlsx are alike."""
    return _DIGITS.sub("", file_name.rpartition(".")[0] or file_name)


def proposal(file_name: str) -> dict[str, Any]:
    """What a new source would be called."""
    name = stem(file_name) or file_name
    return {"name": name[:120], "organisation": "", "replaces": True}


def grounds(version: ListVersion, source: Source) -> dict[str, Any]:
    """Legal basis, purpose and expiry as they were the last time."""
    return {
        "legal_basis": version.legal_basis or source.legal_basis,
        "purpose": version.purpose or source.purpose,
        "expires_on": version.expires_on or version.received_on + timedelta(days=source.keep_days),
    }


def adopt_source(version: ListVersion, source: Source | None) -> None:
    """Say that a file comes from this source. Raises not_found without one."""
    if source is None:
        raise ProblemError(NOT_FOUND)
    version.source, version.proposal = source, {}
    for name, value in grounds(version, source).items():
        setattr(version, name, value)
