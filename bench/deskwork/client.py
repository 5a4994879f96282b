"""What a browser does on one office machine: a cookie, the token against forgery, several requests at once."""

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import local
from typing import Any

#: A browser keeps so many connections to one server.
AT_ONCE = 6


class RefusedError(Exception):
    """An answer that is not a success."""


@dataclass(frozen=True)
class Ask:
    """One request. A body makes it a POST; of a download the first piece counts when `begun` says so."""

    path: str
    body: Any = None
    begun: bool = False


@dataclass(frozen=True)
class Answer:
    ask: Ask
    milliseconds: float
    size: int
    said: Any


@dataclass
class Browser:
    """Somebody signed in. Raises RefusedError for whatever is not a success."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._mine = local()
        self._threads = ThreadPoolExecutor(AT_ONCE)

    def call(self, method: str, path: str, body: Any = None, *, begun: bool = False) -> tuple[bytes, Any]:
        """The answer's bytes and what they say as JSON."""
        if getattr(self._mine, "line", None) is None:
            self._mine.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method != "GET":
            headers |= {"X-CSRFToken": self.cookies.get("csrftoken", ""), "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        answer = self._answer(method, path, content, headers)
        text = answer.read(1) if begun else answer.read()
        if begun:
            self._mine.line.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if answer.status >= 300:
            raise RefusedError(f"{answer.status} {method} {path} {text[:300]!r}")
        return text, json.loads(text) if not begun and text[:1] in (b"{", b"[") else None

    def _answer(
        self, method: str, path: str, content: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Once more when the server has closed the connection, which rested too long."""
        for last in (False, True):
            try:
                self._mine.line.request(method, path, content, headers)
                found: http.client.HTTPResponse = self._mine.line.getresponse()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self._mine.line.close()
                if last:
                    raise
            else:
                return found
        raise AssertionError

    def get(self, path: str) -> Any:
        return self.call("GET", path)[1]

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("POST", path, body)[1]

    def sign_in(self, username: str, password: str) -> None:
        """With a session that exists already nothing has to be said."""
        self.call("GET", "/sign-in")
        self.user = self.post("/api/session", {"username": username, "password": password})["user"]

    def may(self, permission: str) -> bool:
        return not permission or permission in self.user["permissions"]

    def one(self, ask: Ask) -> Answer:
        """Ask and measure until the last byte is there (or the first, of a download that has begun)."""
        since = time.perf_counter()
        text, said = self.call("GET" if ask.body is None else "POST", ask.path, ask.body, begun=ask.begun)
        return Answer(ask, (time.perf_counter() - since) * 1000, len(text), said)

    def screen(self, asks: list[Ask]) -> tuple[float, list[Answer]]:
        """What a screen asks at once: milliseconds until the last answer, and the answers."""
        since = time.perf_counter()
        answers = list(self._threads.map(self.one, asks))
        return (time.perf_counter() - since) * 1000, answers
