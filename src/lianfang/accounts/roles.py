"""Roles and what they may do. Data, not code: the only place where a role is turned into permissions."""

from enum import StrEnum

from lianfang.kernel.permissions import Permission as P


class Role(StrEnum):
    """What somebody is appointed as; the value is stored."""

    ADMINISTRATOR = "administrator"  # of the system
    DATA_CENTRE = "data_centre"  # the subdistrict's data management centre
    LEADER = "leader"  # of the subdistrict
    SECRETARY = "secretary"  # of a community
    GRID_WORKER = "grid_worker"
    GUARD = "guard"
    VOLUNTEER = "volunteer"
    AUDITOR = "auditor"


_LOOK = frozenset({P.AREA_VIEW, P.RUN_VIEW, P.FINDING_VIEW, P.PERSON_VIEW, P.TIP_VIEW, P.PASS_VIEW})
_WORK = _LOOK | {P.FINDING_WORK, P.TIP_WORK, P.PERSON_REVEAL, P.PERSON_CORRECT, P.PERSON_REGISTER}
#: Passes, by whoever answers for a community or more.
_PASSES = frozenset(
    {P.PASS_ISSUE, P.PASS_REVOKE, P.PASS_MANAGE, P.OBJECTION_DECIDE, P.GATE_PLAN, P.GATE_HEAR}
)

PERMISSIONS: dict[Role, frozenset[P]] = {
    # The administrator also imports and runs, because on the first day he is the only user there is.
    Role.ADMINISTRATOR: frozenset(P) - {P.PERSON_REVEAL, P.MEASURE_CONFIRM},
    Role.DATA_CENTRE: _WORK
    | _PASSES
    | {
        P.LIST_IMPORT,
        P.RUN_START,
        P.REVIEW_DECIDE,
        P.EXPORT,
        P.USER_VIEW,
        P.SCREENING_MANAGE,
        P.MEASURE_CONFIRM,
        P.GATE_RETAIN,
    },
    Role.LEADER: _LOOK | {P.EXPORT, P.USER_VIEW},
    Role.SECRETARY: _WORK
    | _PASSES
    | {
        P.GATE_WORK,
        P.PERSON_TRACE,
        P.REVIEW_DECIDE,
        P.EXPORT,
        P.USER_VIEW,
        P.FIELD_WORK,
        P.SCREENING_MANAGE,
        P.MEASURE_CONFIRM,
    },
    Role.GRID_WORKER: _LOOK
    | {
        P.FINDING_WORK,
        P.PERSON_REGISTER,
        P.FIELD_WORK,
        P.TIP_WORK,
        P.PASS_ISSUE,
        P.PASS_REVOKE,
        P.GATE_HEAR,
        P.GATE_WORK,
    },
    Role.GUARD: frozenset({P.AREA_VIEW, P.PERSON_REGISTER, P.GATE_WORK}),
    Role.VOLUNTEER: frozenset({P.AREA_VIEW}),
    Role.AUDITOR: frozenset({P.AREA_VIEW, P.AUDIT_VIEW, P.PERSON_TRACE, P.USER_VIEW}),
}

#: What no administrator can do by his own role, and yet hands out: he decides who does the work, not does it.
WITHHELD = frozenset(P) - PERMISSIONS[Role.ADMINISTRATOR]

#: Roles whose holders are asked to set up a second factor. LIANFANG_SECOND_FACTOR names those who must.
RECOMMENDED_SECOND_FACTOR = frozenset({Role.ADMINISTRATOR, Role.DATA_CENTRE, Role.AUDITOR})


def roles_named(text: str) -> frozenset[Role]:
    """The roles in a setting such as "administrator,auditor"; "all" names all. Raises ValueError."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if names == ["all"]:
        return frozenset(Role)
    unknown = [name for name in names if name not in set(Role)]
    if unknown:
        raise ValueError(
            f"LIANFANG_SECOND_FACTOR: there is no role {', '.join(unknown)}; the roles are {', '.join(Role)}"
        )
    return frozenset(map(Role, names))
