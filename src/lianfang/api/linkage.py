"""Runs: figures, findings, people, work lists, lists."""

from dataclasses import asdict
from typing import Annotated, Any

from ninja.params import Query

from lianfang.api import linkage_schemas as out
from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize, Words
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, actions, dossier, queries
from lianfang.linkage.fields import FIELDS
from lianfang.linkage.vocabulary import evidence, kinds
from lianfang.linkage.work.queries import dress

router = GuardedRouter(tags=["linkage"])
Number = Annotated[int | None, Query(ge=0, le=BIGGEST)]


@router.get("", permission=Permission.RUN_VIEW, response=list[out.RunOut])
def list_runs(request: ActingRequest) -> Any:
    """The newest fifty runs."""
    return access.runs(request.actor)[:50]


@router.get("/vocabulary", permission=Permission.RUN_VIEW, response=out.VocabularyOut)
def vocabulary(request: ActingRequest) -> Any:
    """Fields, kinds of findings and kinds of evidence in both languages."""
    fields = [asdict(field) for field in FIELDS]
    return {"fields": fields, "kinds": kinds(), "evidence": evidence()}


@router.get("/{run}", permission=Permission.RUN_VIEW, response=out.OverviewOut)
def overview(request: ActingRequest, run: Key) -> Any:
    """The figures of one run, as far as the actor sees it."""
    found = access.run(request.actor, run)
    figures = queries.overview(request.actor, found)
    counted = figures.pop("records")
    lists = [
        {
            "number": one.number,
            "label": one.label,
            "kind": one.kind,
            "records": counted.get(one.number, 0),
            "rejected": one.rejected,
        }
        for one in access.lists(request.actor, found)
    ]
    return {"run": found, "lists": lists, **figures}


@router.get("/{run}/findings/{number}", permission=Permission.FINDING_VIEW, response=out.FindingDetailOut)
def show_finding(request: ActingRequest, run: Key, number: Key) -> Any:
    """One finding with the records it speaks of."""
    found = access.run(request.actor, run)
    finding = queries.finding(request.actor, found, number)
    dress([finding])
    return {"finding": finding, "records": dossier.records_of_finding(request.actor, found, finding)}


@router.get("/{run}/people", permission=Permission.PERSON_VIEW, response=out.PageOut[out.PersonOut])
def list_people(
    request: ActingRequest,
    run: Key,
    text: Words = "",
    place: Number = None,
    only: out.Only | None = None,
    sort: out.PeopleSort = "person",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Any:
    """People by name, pinyin, initials, or part of an ID number, phone or address."""
    found = access.run(request.actor, run)
    return queries.people_page(
        request.actor, found, text=text, place=place, only=only, sort=sort, page=page, size=size
    )


@router.get("/{run}/people/{person}", permission=Permission.PERSON_VIEW, response=out.FileOut)
def show_person(request: ActingRequest, run: Key, person: Key) -> Any:
    """One person's file."""
    return dossier.file(request.actor, access.run(request.actor, run), person)


@router.post("/{run}/people/{person}/reveal", permission=Permission.PERSON_REVEAL, response=out.RevealedOut)
def reveal_person(request: ActingRequest, run: Key, person: Key, body: out.RevealIn) -> Any:
    """ID numbers and phones unmasked, for a reason, recorded. Errors: reveal.reason."""
    found = access.run(request.actor, run)
    revealed = actions.reveal(
        actor=request.actor, now=clock.now(), run=found, person=person, reason=body.reason
    )
    best = queries.person(request.actor, found, person)
    return {
        "records": [{"record": record, **values} for record, values in sorted(revealed.items())],
        "id_number": best.id_number,
        "phone": best.phone,
    }


@router.get("/{run}/places", permission=Permission.RUN_VIEW, response=list[out.PlaceOut])
def list_places(request: ActingRequest, run: Key) -> Any:
    """Grids with their figures."""
    return access.places(request.actor, access.run(request.actor, run)).order_by("number")


@router.get(
    "/{run}/places/{place}/tasks", permission=Permission.FINDING_VIEW, response=out.PageOut[out.TaskOut]
)
def list_tasks(
    request: ActingRequest, run: Key, place: Key, page: PageNumber = 1, size: PageSize = 100
) -> Any:
    """A grid's work list, most urgent first. Errors: not_found."""
    found = access.run(request.actor, run)
    return queries.tasks_page(request.actor, found, place=place, page=page, size=size)


@router.get("/{run}/lists", permission=Permission.RUN_VIEW, response=out.ListsOut)
def show_lists(request: ActingRequest, run: Key) -> Any:
    """How each list was read, and the files that could not be."""
    found = access.run(request.actor, run)
    return {"lists": access.lists(request.actor, found), "problems": found.problems}


@router.get("/{run}/rejected", permission=Permission.PERSON_VIEW, response=out.PageOut[out.RejectedOut])
def list_rejected(
    request: ActingRequest, run: Key, list: Number = None, page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """Rows that could not be read, whole, with the reason."""
    found = access.run(request.actor, run)
    return queries.rejected_page(request.actor, found, list_number=list, page=page, size=size)
