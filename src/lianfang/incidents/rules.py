"""States of tips; pasted chats cut into messages; addresses in a sentence. No Django."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum


class TipChannel(StrEnum):
    """How it came in."""

    HOTLINE = "hotline"
    CHAT = "chat"
    WALK_IN = "walk_in"
    SELF = "self"  # the residents' page
    GATE = "gate"  # somebody who came back, registered at a gate


class TipState(StrEnum):
    NEW = "new"  # nobody has it
    ASSIGNED = "assigned"
    ANSWERED = "answered"  # something was found; whoever told it was told, or need not be
    PASSED_ON = "passed_on"  # to another office
    CLOSED = "closed"  # nothing to do, or the same as another one


class TipAct(StrEnum):
    """One step of a tip's history."""

    RECEIVED = "received"
    PLACED = "placed"
    NAMED = "named"
    ASSIGNED = "assigned"
    NOTED = "noted"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    CLOSED = "closed"
    LINKED = "linked"
    REOPENED = "reopened"


WAITING = (TipState.NEW, TipState.ASSIGNED)
MOST_AT_ONCE = 50
LONGEST_TEXT = 1000
LEAST_WORDS = 2  # characters of a note or answer
#: Whoever names no day means this: somebody has looked by then.
USUAL = timedelta(hours=24)
#: A tip of the same place within this time may be the same.
NEAR_IN_TIME = timedelta(days=3)

_TIME = r"(?P<h>[01]?\d|2[0-3])[:：](?P<m>[0-5]\d)(?:[:：][0-5]\d)?"
_DATE = r"(?:(?P<y>20\d\d)[-/年.])?(?P<mo>1[0-2]|0?[1-9])[-/月.](?P<d>3[01]|[12]\d|0?[1-9])日?"
_NAME = r"(?P<name>[^:：\d\s][^:：]{0,19}?)"
#: A line that begins a message: "王阿姨 2020/2/20 09:15:03", "[2020-02-20 09:15] 王阿姨: …", "2月20日 9:15 王阿姨",
#: "王阿姨：…".
_HEADS = (
    re.compile(rf"^\[?{_DATE}\s+{_TIME}\]?\s+{_NAME}\s*(?:[:：]\s*(?P<text>.*))?$"),
    re.compile(rf"^{_NAME}\s+(?:{_DATE}\s+)?{_TIME}\s*(?:[:：]\s*(?P<text>.*))?$"),
    re.compile(rf"^\[?{_TIME}\]?\s+{_NAME}\s*(?:[:：]\s*(?P<text>.*))?$"),
    re.compile(r"^(?P<name>[\u3400-\u9fffA-Za-z·]{2,12})\s*[:：]\s*(?P<text>\S.*)$"),
)
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}[.、)）]|[-•*])\s*(?P<text>\S.*)$")
_DOOR = re.compile(
    r"^\s*(?:小区)?\s*(\d{1,3})\s*(?:号楼|幢|栋|座|号|-|#)?\s*(?:(\d{1,2})\s*(?:单元|-))?\s*(\d{2,4})?\s*(?:室|房)?"
)


@dataclass(frozen=True)
class Message:
    """One message of a pasted block. `said_at`: None where the block says no time."""

    text: str
    said_at: datetime | None = None
    name: str = ""


def split(pasted: str, *, now: datetime, zone: tzinfo) -> list[Message]:
    """A block copied from a chat as its messages, in their order; dates without a year are the latest possible.

    A head line (name and time, or "name: text") begins a message; where a block has none, numbered lines, then blank
    lines, then the whole. Empty ones are left out; at most MOST_AT_ONCE, each at most LONGEST_TEXT characters.
    """
    lines = unicodedata.normalize("NFC", pasted.replace("\r\n", "\n")).split("\n")
    heads = [_head(line) for line in lines]
    found: list[Message]
    if any(heads):
        found = _by_heads(lines, heads, now.astimezone(zone))
    elif sum(1 for line in lines if _NUMBERED.match(line)) >= 2:
        found = [Message(text) for text in _by_numbers(lines)]
    else:
        found = [Message(part) for part in re.split(r"\n\s*\n", "\n".join(lines))]
    kept = [Message(one.text.strip()[:LONGEST_TEXT], one.said_at, one.name) for one in found]
    return [one for one in kept if one.text][:MOST_AT_ONCE]


def _head(line: str) -> re.Match[str] | None:
    return next((found for one in _HEADS if (found := one.match(line.strip()))), None)


def _by_heads(lines: Sequence[str], heads: Sequence[re.Match[str] | None], now: datetime) -> list[Message]:
    found: list[Message] = []
    for line, head in zip(lines, heads, strict=True):
        if head is not None:
            parts = head.groupdict()
            found.append(Message(parts.get("text") or "", _moment(parts, now), (parts["name"] or "").strip()))
        elif found:
            last = found[-1]
            found[-1] = Message(f"{last.text}\n{line}".strip(), last.said_at, last.name)
        else:
            found.append(Message(line))
    return found


def _by_numbers(lines: Sequence[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        numbered = _NUMBERED.match(line)
        if numbered:
            found.append(numbered["text"])
        elif found:
            found[-1] = f"{found[-1]}\n{line}"
        else:
            found.append(line)
    return found


def _moment(parts: dict[str, str | None], now: datetime) -> datetime | None:
    """When a message was sent, never later than now; None where the head says no time or no such day."""
    if parts.get("h") is None:
        return None
    try:
        said = now.replace(hour=int(parts["h"] or 0), minute=int(parts["m"] or 0), second=0, microsecond=0)
        if parts.get("mo"):
            said = said.replace(
                year=int(parts.get("y") or now.year), month=int(parts["mo"] or 1), day=int(parts["d"] or 1)
            )
            if said > now and not parts.get("y"):
                said = said.replace(year=now.year - 1)
        elif said > now:
            said -= timedelta(days=1)
    except ValueError:
        return None
    return said if said <= now else None


def addresses(text: str, compounds: Sequence[str]) -> list[str]:
    """Where a sentence names one of the compounds: the name with what follows of a door, the longest name first."""
    plain = unicodedata.normalize("NFKC", text)
    found: list[str] = []
    for name in sorted(set(compounds), key=lambda one: (-len(one), one)):
        at = plain.find(name)
        if at < 0 or any(name in one for one in found):
            continue
        door = _DOOR.match(plain[at + len(name) :])
        numbers = [part for part in door.groups() if part] if door else []
        found.append("-".join([name, *numbers]) if numbers else name)
    return found


def overdue(state: TipState, due_at: datetime | None, *, now: datetime) -> bool:
    return state in WAITING and due_at is not None and due_at < now
