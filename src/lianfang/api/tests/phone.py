"""A phone as the protocol describes it: a key of its own, numbered signed facts, what the server answered."""

import base64
import json
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from lianfang.api.tests.people import call

Wire = dict[str, str]


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def uuid7() -> uuid.UUID:
    """Time-ordered, as the phone makes them."""
    value = (time.time_ns() // 1_000_000) << 80 | uuid.uuid4().int & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=value & ~(3 << 62) | 2 << 62)


@dataclass
class Phone:
    """`browser` speaks to the server; `token` is empty until the phone is enrolled."""

    browser: Client = field(default_factory=Client)
    id: str = field(default_factory=lambda: str(uuid7()))
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    token: str = ""
    seq: int = 0

    @property
    def public_key(self) -> str:
        return b64url(self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    def enrol(self, desk: Client, name: str = "小王的手机") -> "Phone":
        """As the user who is signed in in `desk`."""
        body = {"id": self.id, "name": name, "public_key": self.public_key}
        status, answer = call(desk, "POST", "/devices", body)
        assert status == 200, answer
        self.token = answer["token"]
        return self

    def sign(self, payload: str) -> Wire:
        return {"payload": payload, "sig": b64url(self.key.sign(payload.encode()))}

    def fact(self, body: dict[str, Any], moment: datetime, **said: Any) -> Wire:
        """The next fact; `said` overrides what the envelope says."""
        self.seq += 1
        envelope = {
            "id": str(uuid7()), "device": self.id, "seq": self.seq, "at": moment.isoformat(), "v": 1, "kind": "visit",
            "body": body,
        }  # fmt: skip
        return self.sign(json.dumps({**envelope, **said}, ensure_ascii=False))

    def send(self, facts: list[Wire], sent_at: datetime) -> tuple[int, Any]:
        """Status and answer."""
        body = {"device": self.id, "sent_at": sent_at.isoformat(), "facts": facts}
        return self.ask("POST", "/sync/facts", body)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        answer = self.browser.generic(
            method, f"/api{path}", "" if body is None else json.dumps(body), content_type="application/json",
            HTTP_AUTHORIZATION=f"Device {self.token}",
        )  # fmt: skip
        return answer.status_code, answer.json() if answer.content else None


def id_of(wire: Wire) -> str:
    return str(json.loads(wire["payload"])["id"])


def verdicts(answer: Any) -> list[tuple[str, str]]:
    """Verdict and code of each fact, in their order."""
    return [(one["verdict"], one["code"]) for one in answer["verdicts"]]
