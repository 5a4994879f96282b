"""What a phone knows, out of the parts of its snapshot and what it recorded itself, and what it answers with that.

As web/field/src/gate/known.ts, lists.ts and check.ts.
"""

import base64
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from daywork.posts import Coming, Post
from lianfang.gates.passcode import (
    Asked,
    Pass,
    RefusedError,
    Revocations,
    Trust,
    TrustedKey,
    judge,
    open_pass,
    open_revocations,
    open_since,
    renewed,
)
from lianfang.gates.quota import Crossing, Policy, ask

PARTS = ("gate", "gate_index", "gate_refused", "gate_past", "gate_now")
_ZONE, _DAY = 8 * 3600, 86_400
_YELLOW = frozenset({"late", "list_old", "no_list"})


def heard_by(folder: Path, gate: int) -> Path:
    """Where the phone of a gate notes of which double uses it was told."""
    return folder / f"phone-{gate}.doubles"


class Known:
    """The parts lie in files, one each, replaced as a whole."""

    def __init__(self, folder: Path, post: Post) -> None:
        self._folder, self._post = folder, post
        self._digests: dict[str, str] = {}
        self._parts: dict[str, Any] = {}
        self._passages: dict[str, list[tuple[Any, ...]]] = {}
        self._told: set[bytes] = set()
        for name in PARTS:
            if self._file(name).exists():
                kept = json.loads(self._file(name).read_bytes())
                self._digests[name] = kept["digest"]
                self._take(name, kept["data"])
        self._remember()

    def _file(self, name: str) -> Path:
        return self._folder / f"phone-{self._post.gate}.{name}.json"

    def question(self) -> str:
        """What is asked of the snapshot: what the phone has."""
        have = ",".join(f"{name}:{digest}" for name, digest in self._digests.items())
        lists = self._parts.get("gate_refused", {}).get("lists", [])
        refused = ",".join(f"{one['area']}:{one['sequence']}" for one in lists)
        return f"have={have}&refused={refused}"

    def keep(self, answer: dict[str, Any]) -> None:
        """Of a snapshot: parts that are new."""
        for name, part in answer["parts"].items():
            data = self._merged(part["data"]) if name == "gate_refused" else part["data"]
            self._write(name, {"digest": part["digest"], "data": data})
            self._digests[name] = part["digest"]
            self._take(name, data)
            if name == "gate_now":
                self._note_doubles(data["doubles"])
        self._remember()

    def _note_doubles(self, doubles: Sequence[dict[str, Any]]) -> None:
        """The second crossings of those that it was told of, for whoever compares when the day is over."""
        with heard_by(self._folder, self._post.gate).open("a") as file:
            file.writelines(f"{one['second']}\n" for one in doubles)

    def _write(self, name: str, kept: dict[str, Any]) -> None:
        beside = self._file(name).with_suffix(".new")
        beside.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        os.replace(beside, self._file(name))

    def _merged(self, came: dict[str, Any]) -> dict[str, Any]:
        before = {one["area"]: one for one in self._parts.get("gate_refused", {}).get("lists", [])}
        lists = []
        for one in came["lists"]:
            whole = before.get(one["area"])
            if one["base"] is None:
                lists.append({"area": one["area"], "sequence": one["sequence"], "signed": one["signed"]})
            elif whole is not None and whole["sequence"] == one["base"]:
                lists.append({**whole, "since": one["signed"]})
        return {"lists": lists, "suspended": came["suspended"]}

    def _take(self, name: str, data: Any) -> None:
        if name == "gate_index":  # by serial, and nothing else: a phone has little memory
            self._index = {
                bytes.fromhex(row[0]): (
                    row[1],
                    row[2],
                    sys.intern(row[3]),
                    row[4],
                    row[5],
                    tuple(row[6]),
                    *row[7:10],
                )
                for row in data["rows"]
            }
        elif name in ("gate_past", "gate_now"):
            self._parts[name] = [_short(row[0], *row[2:]) for row in data["rows"] if row[2]]
            if name == "gate_now":
                self._fever, self._held = data["fever"], set(data["held"])
        else:
            self._parts[name] = data

    def _remember(self) -> None:
        if "gate" not in self._parts:
            return
        rules = self._parts["gate"]
        self._trust = Trust(
            TrustedKey(bytes.fromhex(k["public"]), k["area"], k["since"], k["until"], k["withdrawn"])
            for k in rules["keys"]
        )
        self._here = next(one for one in rules["compounds"] if one["id"] == self._post.compound_pk)
        self._gate = next(one for one in rules["gates"] if one["id"] == self._post.gate_pk)
        self._list = self._newest()
        self._policies: dict[int, Policy | None] = {}
        self._passages, self._told = {}, set()
        for name in ("gate_past", "gate_now"):
            self._add(self._parts.get(name, []))

    def _newest(self) -> Revocations | None:
        found = []
        for kept in self._parts.get("gate_refused", {}).get("lists", []):
            if not self._here["area"].startswith(kept["area"]):
                continue
            whole = open_revocations(base64.b64decode(kept["signed"]), self._trust)
            if "since" in kept:
                whole = renewed(whole, open_since(base64.b64decode(kept["since"]), self._trust))
            found.append(whole)
        return max(found, key=lambda one: one.made, default=None)

    def add_own(self, marks: Iterable[Sequence[Any]]) -> None:
        """What the phone recorded itself and the server has not told back."""
        self._add(
            _short(name, subject, self._post.gate_pk, way, at) for name, _, subject, _, way, at in marks
        )

    def _add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            if row[0] not in self._told:
                self._told.add(row[0])
                self._passages.setdefault(row[1], []).append(row)

    def answer(self, coming: Coming) -> tuple[dict[str, Any], tuple[str, str] | None]:
        """The body of the fact, and serial and subject of whoever went through with a pass."""
        findings: list[str] = []
        pass_: Pass | None = None
        subject = ""
        if coming.visitor is None:
            pass_, subject, findings = self._check(coming)
        if coming.temperature >= self._fever[str(self._post.compound_pk)]:
            findings.append("fever")
        if pass_ is not None and coming.document is False:
            findings.append("no_document")
        red = any(one not in _YELLOW for one in findings)
        decision = ("forced" if coming.forces else "refused") if red else "admitted"
        if coming.visitor is not None and decision != "refused":
            findings = []
        typed = not coming.text
        body: dict[str, Any] = {
            "gate": self._post.gate_pk, "direction": "out" if coming.out else "in", "decision": decision,
            "reasons": list(dict.fromkeys(findings))[:10], "by_hand": typed, "temperature": coming.temperature,
        }  # fmt: skip
        if coming.document is False or (decision == "admitted" and pass_ is not None):
            body["document_seen"] = coming.document is not False
        if coming.visitor is not None:
            return {**body, "visitor": coming.visitor, "plate": ""}, None
        if pass_ is None:
            return body, None
        body |= {"serial": pass_.serial.hex(), "plate": pass_.plate}
        if coming.car:
            body["occupants"] = [{"temperature": 36.4, "document_seen": True}]
        return body, (pass_.serial.hex(), subject) if decision != "refused" else None

    def _check(self, coming: Coming) -> tuple[Pass | None, str, list[str]]:
        row = self._index.get(bytes.fromhex(coming.serial))
        if coming.text:
            try:
                pass_ = open_pass(coming.text, self._trust)
            except RefusedError as problem:
                return None, "", [str(problem.refusal.value)]
            row = self._index.get(pass_.serial)
        else:
            assert row is not None, "a pass that is looked up is on the list"
            kind, quota, area, name, plate, places, since, until, _ = row
            pass_ = Pass(bytes.fromhex(coming.serial), area, kind, quota, places, since, until, name, plate)
        subject = row[8] if row else f"s{pass_.serial.hex()}"
        return pass_, subject, [*self._standing(pass_, coming.moment), *self._quota(pass_, subject, coming)]

    def _standing(self, pass_: Pass, moment: int) -> list[str]:
        suspended = {
            bytes.fromhex(serial): until for serial, until in self._parts["gate_refused"]["suspended"].items()
        }
        found = judge(
            pass_,
            Asked(
                self._gate["number"], self._here["area"], moment, self._list, suspended, self._here["number"]
            ),
        )
        said = [str(found.refusal.value)] if found.refusal else []
        if found.unsure:
            said.append("list_old" if self._list else "no_list")
        kind = self._nearest("kinds", pass_.kind)
        if kind and not _open(kind["hours"], moment):
            said.append("hours")
        return said

    def _nearest(self, what: str, number: int) -> Any:
        fits = [
            one
            for one in self._parts["gate"][what]
            if one["number"] == number and self._here["path"].startswith(one["path"])
        ]
        return max(fits, key=lambda one: len(one["path"]), default=None)

    def _policy(self, number: int) -> Policy | None:
        if number not in self._policies:
            rule = self._nearest("quotas", number)
            names = ("per", "window_days", "exits", "entries", "minutes_outside")
            self._policies[number] = Policy(*(rule[name] for name in names)) if rule else None
        return self._policies[number]

    def _quota(self, pass_: Pass, subject: str, coming: Coming) -> list[str]:
        way = "out" if coming.out else "in"
        found = ["held"] if pass_.serial.hex() in self._held and coming.out else []
        policy = self._policy(pass_.quota)
        if policy is None:
            return found
        before = [Crossing(name.hex(), *rest) for name, _, *rest in self._passages.get(subject, ())]
        said = ask(policy, before, way, coming.moment)
        found += [said.reason] if not said.allowed else []
        return [*found, "late"] if said.late else found


def _short(name: str, subject: str, gate: int, direction: str, at: int) -> tuple[Any, ...]:
    """A crossing as small as it goes: there are hundreds of phones on this machine."""
    return UUID(name).bytes, sys.intern(subject), gate, sys.intern(direction), at


def _open(hours: Sequence[Sequence[str]], moment: int) -> bool:
    minute = (moment + _ZONE) % _DAY // 60
    spans = [[int(one[:2]) * 60 + int(one[3:]) for one in span] for span in hours]
    return not spans or any(start <= minute < end for start, end in spans)
