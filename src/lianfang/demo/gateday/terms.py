"""What a day at the gates consists of: places, passes, people who come by, and what becomes of them."""

from dataclasses import dataclass
from enum import IntEnum, IntFlag

import numpy as np

from lianfang.demo.tables import Bools, Ints

HOUR, DAY = 3600, 86_400
NOBODY = -1
#: Seconds of the day at which phones that are in touch have sent everything and ask what is new. The first is the
#: evening before.
EDGES = tuple(round(hour * HOUR) for hour in (-6, 0, 7.5, 9, 12, 17, 19, 24))
SLOTS = len(EDGES) - 1
FEVER = 373  # tenths of a degree


class Kind(IntEnum):
    """Kinds of passes; the names are the codes of gates/kinds.toml."""

    RESIDENT = 0
    TEMPORARY = 1
    SERVICE = 2
    VEHICLE = 3


class State(IntEnum):
    VALID = 0
    REVOKED = 1  # withdrawn the day before
    EXPIRED = 2


class Flag(IntFlag):
    """What is special about somebody who comes by."""

    NO_DOCUMENT = 1
    FORCES = 2  # goes through all the same when refused
    FORGED = 4  # a code that was altered
    TYPED = 8  # found on the phone's list, not scanned
    RETURNEE = 16  # comes back to live here


class Decision(IntEnum):
    """`NEVER`: did not come by, because he was not let out before."""

    NEVER = 0
    ADMITTED = 1
    REFUSED = 2
    FORCED = 3


class Why(IntFlag):
    """Reasons that a phone gives; the names are its codes."""

    EXITS_USED = 1
    ENTRIES_USED = 2
    LATE = 4
    REVOKED = 8
    EXPIRED = 16
    OTHER_GATE = 32
    HOURS = 64
    FEVER = 128
    NO_DOCUMENT = 256
    FORGED = 512  # whatever of the code it was that did not fit
    UNKNOWN_KEY = 1024  # of another community


@dataclass(frozen=True)
class Limit:
    """Of a quota of gates/kinds.toml: exits and entries in `days`; 0: not limited. `minutes`: then one is late."""

    days: int = 1
    exits: int = 0
    entries: int = 0
    minutes: int = 0


#: By number, as gates/kinds.toml has them; a test compares.
LIMITS = {0: Limit(), 1: Limit(1, 1, 1), 2: Limit(2, 1, 0, 120), 3: Limit(1, 1)}
SERVICE_HOURS = (6 * HOUR, 22 * HOUR)


@dataclass(frozen=True)
class Ground:
    """`gates`: of each compound the numbers of its open gates; `compound`, `community`: of each gate."""

    gates: tuple[tuple[int, ...], ...]
    compound: Ints
    community: Ints
    names: tuple[tuple[str, str], ...]  # of each gate: compound, gate


@dataclass(frozen=True)
class Passes:
    """Parallel arrays, one entry a pass. `holder`: person of the world; `subject`: passes that share a quota."""

    kind: Ints
    quota: Ints
    holder: Ints
    subject: Ints
    compound: Ints  # the holder's, or the first
    second: Ints  # another one where it counts as well; NOBODY: none
    state: Ints

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True)
class Tries:
    """Parallel arrays, one entry for each time that somebody comes by, in the order of time.

    `at`: seconds since the day began; `pass_`: NOBODY for visitors; `person`: of the world; `temperature`: tenths of
    a degree; `flags`: Flag; `after`: the try that must have led through the gate for this one to happen, or NOBODY.
    """

    at: Ints
    gate: Ints
    pass_: Ints
    person: Ints
    out: Bools
    temperature: Ints
    flags: Ints
    after: Ints

    def __len__(self) -> int:
        return len(self.at)

    @property
    def slot(self) -> Ints:
        found: Ints = (np.searchsorted(EDGES, self.at, side="right") - 1).astype(np.int64)
        return found


@dataclass(frozen=True)
class Truth:
    """`decision` and `why` (Decision, Why) of each try; `doubles`: second crossing → the one that used the quota up.
    `read`: whether the phone could read a pass that somebody showed.
    """

    decision: Ints
    why: Ints
    doubles: dict[int, int]
    read: Bools

    @property
    def happened(self) -> Bools:
        found: Bools = self.decision != Decision.NEVER
        return found

    @property
    def went(self) -> Bools:
        """Who went through."""
        found: Bools = (self.decision == Decision.ADMITTED) | (self.decision == Decision.FORCED)
        return found


@dataclass(frozen=True)
class Phones:
    """`touch`: gate × slot, whether the gate's phone is in touch; `fast`: seconds by which its clock is fast."""

    touch: Bools
    fast: Ints


@dataclass(frozen=True)
class GateDay:
    """Everything about one day."""

    ground: Ground
    passes: Passes
    tries: Tries
    phones: Phones
    truth: Truth
