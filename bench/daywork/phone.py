"""A gate's phone: it judges by itself with what it knows, writes down what it recorded, sends it, asks what is new.

Everything that it must not forget lies in its files: killed at any moment, it goes on from there. What a phone decides
is web/field/src/gate/check.ts; the rules that it uses have twins in Python, held together by contracts/vectors.
"""

import base64
import http.client
import json
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from daywork.knowing import Known
from daywork.posts import Post, uuid7

MOST = 200
LOSES_REQUESTS, LOSES_ANSWERS = 0.04, 0.08
PAUSE_S = 0.4


class LostError(Exception):
    """Nothing came back: the request or its answer was lost, or the server is not there."""


@dataclass
class Outbox:
    """A file to which lines are added: a fact as it was signed, or that it was answered."""

    file: Path
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)  # by their numbers, those not answered yet
    recorded: set[int] = field(default_factory=set)  # tries of the day
    marks: list[list[Any]] = field(default_factory=list)  # id, serial, subject, gate, direction, at
    refused: int = 0
    seq: int = 0

    def __post_init__(self) -> None:
        if self.file.exists():
            self._read()
        self._handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _read(self) -> None:
        data = self.file.read_bytes()
        whole = data[: data.rfind(b"\n") + 1]
        if len(whole) != len(data):  # killed in the middle of a line: it was never saved
            with self.file.open("r+b") as handle:
                handle.truncate(len(whole))
        for line in whole.splitlines():
            self._take(json.loads(line))

    def _take(self, one: dict[str, Any]) -> None:
        if "answered" in one:
            for seq in one["answered"]:
                self.facts.pop(seq, None)
            self.refused += one["refused"]
            return
        self.facts[one["seq"]] = one
        self.recorded.add(one["try"])
        self.seq = one["seq"]
        if one["mark"]:
            self.marks.append(one["mark"])

    def add(self, one: dict[str, Any]) -> None:
        os.write(self._handle, json.dumps(one, ensure_ascii=False).encode() + b"\n")
        self._take(one)


class Phone:
    """At its post. `sheet(slot)`: who comes by in a slot, as (number, moment, Coming), in the order of time."""

    def __init__(self, post: Post, folder: Path, port: int, now: Callable[[], datetime], seed: int) -> None:
        self.post, self._port, self._now = post, port, now
        self._dice = random.Random(f"{seed} {os.getpid()} {time.time_ns()}")  # the network's, not the day's
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(post.private))
        self.outbox = Outbox(folder / f"phone-{post.gate}.jsonl")
        self.known = Known(folder, post)
        self.known.add_own(self.outbox.marks)
        self._line: http.client.HTTPConnection | None = None

    def work(self, slot: int, comings: Sequence[Any], *, touch: bool) -> None:
        """Record whoever comes by; in touch, send it meanwhile."""
        for coming in comings:
            if coming.number in self.outbox.recorded:
                continue
            self._record(coming)
            if touch and len(self.outbox.facts) >= MOST:
                self.send()
        if touch:
            self.send()

    def _record(self, coming: Any) -> None:
        body, passed = self.known.answer(coming)
        moment = datetime.fromtimestamp(coming.moment + self.post.fast, UTC)
        name, seq = str(uuid7()), self.outbox.seq + 1
        envelope = {
            "id": name, "device": self.post.device, "seq": seq, "at": moment.isoformat(), "v": 1, "kind": "crossing",
            "body": body,
        }  # fmt: skip
        payload = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
        sig = base64.urlsafe_b64encode(self._key.sign(payload.encode())).rstrip(b"=").decode()
        mark = [name, *passed, self.post.gate, body["direction"], coming.moment] if passed else None
        self.outbox.add(
            {"seq": seq, "try": coming.number, "id": name, "payload": payload, "sig": sig, "mark": mark}
        )
        if mark:
            self.known.add_own([mark])

    def send(self) -> None:
        """Until everything has been answered."""
        while self.outbox.facts:
            batch = [self.outbox.facts[seq] for seq in sorted(self.outbox.facts)[:MOST]]
            try:
                verdicts = self._send(batch)
            except LostError:
                time.sleep(PAUSE_S * (0.5 + self._dice.random()))
                continue
            told = {
                "answered": [one["seq"] for one in batch],
                "refused": sum(v == "rejected" for v in verdicts),
            }
            self.outbox.add(told)

    def _send(self, batch: Sequence[Mapping[str, Any]]) -> list[str]:
        sent = self._now() + timedelta(seconds=self.post.fast)
        facts = [{"payload": one["payload"], "sig": one["sig"]} for one in batch]
        body = {"device": self.post.device, "sent_at": sent.isoformat(), "facts": facts}
        answer = self._ask("POST", "/api/sync/facts", json.dumps(body, ensure_ascii=False).encode())
        verdicts = [str(one["verdict"]) for one in answer["verdicts"]]
        assert [one["id"] for one in answer["verdicts"]] == [one["id"] for one in batch]
        return verdicts

    def fetch(self) -> None:
        """What is new, until it has come."""
        while True:
            try:
                answer = self._ask("GET", f"/api/sync/snapshot?gate=true&{self.known.question()}", None)
            except LostError:
                time.sleep(PAUSE_S * (0.5 + self._dice.random()))
                continue
            self.known.keep(answer)
            self.known.add_own(self.outbox.marks)
            return

    def _ask(self, method: str, path: str, data: bytes | None) -> Any:
        """Raises LostError."""
        share = self._dice.random()
        if share < LOSES_REQUESTS:
            raise LostError
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
        headers = {"Content-Type": "application/json", "Authorization": f"Device {self.post.token}"}
        try:
            self._line.request(method, path, data, headers)
            if share < LOSES_REQUESTS + LOSES_ANSWERS:
                raise LostError
            response = self._line.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as problem:
            self._hang_up()
            raise LostError from problem
        except LostError:
            self._hang_up()
            raise
        if response.status >= 500:
            raise LostError
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {content[:300]!r}")
        return json.loads(content)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None
