"""The tree from a table of codes and names, as offices keep one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory.errors import FILE_UNREADABLE
from lianfang.territory.models import Area
from lianfang.territory.rules import level_of, path_of

CODE_WORDS = ("区划代码", "行政区划代码", "统计用区划代码", "网格编码", "代码", "编码", "编号", "code")
NAME_WORDS = ("区划名称", "行政区划名称", "网格名称", "名称", "name")
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Line:
    """A row that cannot be taken: `row` as a spreadsheet shows it, `problem` an error code."""

    row: int
    code: str
    name: str
    problem: str


@dataclass
class Outcome:
    """What an import does, or would do."""

    added: int = 0
    renamed: int = 0
    unchanged: int = 0
    problems: list[Line] = field(default_factory=list)
    refused: int = 0

    def refuse(self, line: Line) -> None:
        self.refused += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(line)


@dataclass(frozen=True)
class _Wanted:
    row: int
    code: str
    name: str


def import_areas(
    *, actor: Actor, now: datetime, rows: Sequence[Sequence[str]], dry_run: bool = False
) -> Outcome:
    """Add and rename areas by a table whose header names a column of codes and one of names.

    An area's parent is the nearest one whose code its own continues, there already or in the table; a root needs the
    permission over everything. Rows that do not fit are told, the others are taken. Nothing is ever removed.
    Raises area.file_unreadable, forbidden.
    """
    scope = actor.require(Permission.AREA_MANAGE)
    outcome = Outcome()
    wanted = _wanted(rows, outcome)
    with transaction.atomic():
        _apply(scope, wanted, outcome)
        if dry_run:
            transaction.set_rollback(True)
        else:
            audit.record(
                actor=actor, action="areas.imported", now=now, kind="area",
                details={"added": outcome.added, "renamed": outcome.renamed, "refused": outcome.refused},
            )  # fmt: skip
    return outcome


def _wanted(rows: Sequence[Sequence[str]], outcome: Outcome) -> list[_Wanted]:
    """The rows below the header, shortest codes first; each code once."""
    start, code_at, name_at = _header(rows)
    found: dict[str, _Wanted] = {}
    for number, cells in enumerate(rows[start + 1 :], start=start + 2):
        code, name = (_cell(cells, at) for at in (code_at, name_at))
        if not code and not name:
            continue
        code = code.removesuffix(".0")
        while len(code) > 6 and code.endswith("000") and level_of(code):  # 330109005000 is a subdistrict
            code = code[:-3]
        if len(code) == 6:
            code = code.removesuffix("00").removesuffix("00")  # 330000 is a province
        problem = "area.bad_code" if level_of(code) is None else "" if name else "area.no_name"
        if not problem and code in found and found[code].name != name:
            problem = "area.code_taken"
        if problem:
            outcome.refuse(Line(number, code[:30], name[:80], problem))
        else:
            found.setdefault(code, _Wanted(number, code, name[:80]))
    return sorted(found.values(), key=lambda one: (len(one.code), one.code))


def _header(rows: Sequence[Sequence[str]]) -> tuple[int, int, int]:
    for number, cells in enumerate(rows[:10]):
        words = [cell.strip().lower() for cell in cells]
        code = next((words.index(word) for word in CODE_WORDS if word in words), None)
        name = next((words.index(word) for word in NAME_WORDS if word in words), None)
        if code is not None and name is not None:
            return number, code, name
    raise ProblemError(FILE_UNREADABLE, detail="代码 code, 名称 name")


def _cell(cells: Sequence[str], at: int) -> str:
    return " ".join(cells[at].split()) if at < len(cells) else ""


def _apply(scope: Scope, wanted: Sequence[_Wanted], outcome: Outcome) -> None:
    everything = Area.objects.unscoped(reason="codes are unique everywhere; what is changed is checked below")
    known = {area.code: area for area in everything.defer("geometry")}
    for one in wanted:
        area = known.get(one.code)
        if area is None:
            parent = next(
                (known[one.code[:n]] for n in range(len(one.code) - 1, 1, -1) if one.code[:n] in known), None
            )
            if not scope.covers(parent.path if parent else ""):
                outcome.refuse(Line(one.row, one.code, one.name, "not_found"))
                continue
            level = level_of(one.code)
            known[one.code] = Area.objects.create(
                code=one.code, name=one.name, level=level.value if level else "", parent=parent,
                path=path_of(one.code, parent.path if parent else ""),
            )  # fmt: skip
            outcome.added += 1
        elif not scope.covers(area.path):
            outcome.refuse(Line(one.row, one.code, one.name, "not_found"))
        elif area.name == one.name:
            outcome.unchanged += 1
        else:
            everything.filter(pk=area.pk).update(name=one.name, version=area.version + 1)
            outcome.renamed += 1
