"""Words and small rules of passes, without Django."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from lianfang.kernel.clock import LOCAL

LONGEST_NAME_BYTES = 24
MOST_PLACES = 3  # named in a pass (2 beside a plate), so that its code always fits
LEAST_WORDS = 4
AHEAD_DAYS = 60
LONGEST_DAYS = 366
_PLATE = re.compile(r"[^0-9A-Z\u4e00-\u9fff]")


class Holder(StrEnum):
    """To whom a kind of pass is given."""

    PERSON = "person"
    HOUSEHOLD = "household"
    VEHICLE = "vehicle"


class PassState(StrEnum):
    """`valid` passes may still be over or withdrawn for a time; the others never count again."""

    VALID = "valid"
    REPLACED = "replaced"
    VOID = "void"  # its key was stolen
    RETURNED = "returned"  # handed back, or ended by whoever issued it


class Reason(StrEnum):
    """Why a pass is withdrawn: a list, so that nobody withdraws one for a quarrel."""

    QUARANTINE = "quarantine"  # the holder is under observation
    LENT = "lent"  # somebody else used it
    QUOTA = "quota"  # used more often than allowed, again and again
    FALSE_DATA = "false_data"
    MOVED = "moved"
    REFUSED_CHECK = "refused_check"  # temperature or document
    SUSPECTED_FAKE = "suspected_fake"


class ObjectionVerdict(StrEnum):
    UPHELD = "upheld"
    LIFTED = "lifted"


def gate_number(gate: int) -> int:
    """The number by which a pass names a gate."""
    return 2 * gate


def compound_number(compound: int) -> int:
    """The number by which a pass names a compound with all its gates, whichever are open."""
    return 2 * compound + 1


def issuer_code(path: str) -> str:
    """The code of the community (or what is above it) at `path`: grids may have letters in theirs."""
    steps = [step for step in path.split("/") if step and len(step) <= 12 and step.isdigit()]
    return steps[-1] if steps else ""


def issuer_path(path: str) -> str:
    """The path of the area whose code is `issuer_code(path)`."""
    code = issuer_code(path)
    return path[: path.index(f"{code}/") + len(code) + 1] if code else ""


def masked_name(name: str) -> str:
    """王小明 → 王*明, 李雷 → 李*, Smith → Smi*: enough to compare with a document, 24 bytes at most."""
    plain = "".join(name.split()) if not name.isascii() else " ".join(name.split())
    if not plain:
        return ""
    if plain.isascii():
        return f"{plain[:3]}*"
    return f"{plain[0]}*{plain[-1]}" if len(plain) > 2 else f"{plain[0]}*"


def clean_plate(text: str) -> str:
    """浙a·12345 → 浙A12345."""
    return _PLATE.sub("", text.upper())


def clean_phone(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def lookup_key(salt: str, kind: str, value: str) -> str:
    """What a phone compares a typed name, phone or plate with: 12 hexadecimal digits, or "" for nothing."""
    if not value:
        return ""
    return hmac.new(salt.encode(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:12]


def spoken_name(name: str) -> str:
    """A name as it is compared: without blanks, small letters."""
    return "".join(name.split()).casefold()


def end_of_day(day: date) -> datetime:
    """The first moment after the local day."""
    return datetime.combine(day + timedelta(days=1), time(), LOCAL)


def start_of_day(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def ancestors_or_self(path: str) -> list[str]:
    """ "", then every path from the root down to `path`."""
    steps = path.split("/")[:-1]
    return ["", *("".join(f"{step}/" for step in steps[: n + 1]) for n in range(len(steps)))]


def free_number(taken: Iterable[int], *, first: int = 100, last: int = 255) -> int | None:
    """The smallest number not taken; None when there is none."""
    used = set(taken)
    return next((number for number in range(first, last + 1) if number not in used), None)
