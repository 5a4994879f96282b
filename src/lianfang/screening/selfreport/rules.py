"""States of a report, receipts, and how doors are written by hand. No Django."""

import hashlib
import re
import secrets
import unicodedata
from enum import StrEnum


class ReportState(StrEnum):
    """What became of a report; the value is stored and shown to whoever reported."""

    RECEIVED = "received"
    LOOKING = "looking"  # somebody of the community has opened it
    PLANNED = "planned"  # somebody will come
    TAKEN = "taken"  # recorded as a visit
    KNOWN = "known"  # was known already
    WRONG_DOOR = "wrong_door"
    WITHDRAWN = "withdrawn"  # by whoever reported; what he said is gone


class Means(StrEnum):
    """How it came."""

    SELF = "self"
    PAPER = "paper"


#: Until then it may be corrected and withdrawn.
UNHANDLED = (ReportState.RECEIVED, ReportState.LOOKING, ReportState.PLANNED)
LONGEST_DAYS = 366
#: No letters or digits that are taken for one another when they are read aloud or copied from paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH, _GROUP = 16, 4
_WORDS = re.compile(r"号楼|单元|栋|幢|座|室|楼|号|#|\s|-")


def fresh_token() -> str:
    """128 random bits, short enough for a QR code that an old phone reads from a wall."""
    return secrets.token_urlsafe(16)


def fresh_receipt() -> str:
    """K7QM-2F9X-…: 79 random bits to copy by hand."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(drawn[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def hashed(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hashed_receipt(receipt: str) -> str:
    """What is kept of a receipt, however it was copied: small letters, blanks, other dashes."""
    plain = unicodedata.normalize("NFKC", receipt).upper()
    return hashed("".join(one for one in plain if one in _ALPHABET))


def door_part(text: str) -> str:
    """３号楼 → 3, 2单元 → 2, 501室 → 501: as doors are kept."""
    return _WORDS.sub("", unicodedata.normalize("NFKC", text)).lower()[:40]
