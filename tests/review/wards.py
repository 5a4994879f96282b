"""A run over a town of some grids, and how browsers speak to the queue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from lianfang.linkage.models import Run, RunPerson, RunRecord, RunReview
from lianfang.territory.models import Area

WHY = "the test looks everywhere"
SignIn = Callable[..., Client]
Json = dict[str, Any]


@dataclass(frozen=True)
class Wards:
    """A run over a town of some grids."""

    run: Run
    grids: tuple[Area, ...]


def case_where(wards: Wards, condition: Callable[[RunReview], bool]) -> RunReview:
    cases = RunReview.objects.unscoped(reason=WHY).filter(run=wards.run, stratum="").order_by("number")
    return next(case for case in cases if condition(case))


def across(wards: Wards) -> RunReview:
    """A case whose second person lives in another grid than the first."""
    grids = [area.path for area in wards.grids]
    case = case_where(wards, lambda one: one.path in grids and one.person_a != one.person_b)
    case.path_b = next(path for path in grids if path != case.path)
    case.save()
    for rows in (RunPerson, RunRecord):
        rows.objects.unscoped(reason=WHY).filter(run=wards.run, person=case.person_b).update(path=case.path_b)
    return case


def post(browser: Client, address: str, body: Json | None = None) -> Any:
    return browser.post(f"/api/reviews{address}", body or {}, content_type="application/json")
