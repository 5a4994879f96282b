"""A network as phones have it: requests get lost on the way, answers on the way back, and at times there is none."""

import random
import socket
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_MOST = 4_000_000
_PATIENCE_S = 30


@dataclass
class Flapping:
    """Stands between phones and the server at `server` ("http://127.0.0.1:8000"). Only what goes to /api/sync/ is
    lost, with the chances set here; with `off` nothing gets through at all.
    """

    server: str
    seed: int = 7
    loses_requests: float = 0.0
    loses_answers: float = 0.0
    off: bool = False
    lost_requests: int = 0
    lost_answers: int = 0
    _listener: socket.socket = field(default_factory=socket.socket)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._random = random.Random(self.seed)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return  # closed: the test is over
            threading.Thread(target=self._serve, args=(phone,), daemon=True).start()

    def _serve(self, phone: socket.socket) -> None:
        """One request and its answer; the connection closes afterwards."""
        with phone:
            phone.settimeout(_PATIENCE_S)
            try:
                request = _whole_request(phone)
                if not request or self.off:
                    return
                fate = self._fate(request)
                if fate == "request":
                    return
                answer = self._ask(request)
                if fate != "answer":
                    phone.sendall(answer)
            except OSError:
                return  # the phone was killed, or gave up

    def _fate(self, request: bytes) -> str:
        """What gets lost: "request", "answer", or "" for nothing."""
        if b"/api/sync/" not in request.split(b"\r\n", 1)[0]:
            return ""
        with self._lock:
            chance = self._random.random()
            if chance < self.loses_requests:
                self.lost_requests += 1
                return "request"
            if chance < self.loses_requests + self.loses_answers:
                self.lost_answers += 1
                return "answer"
        return ""

    def _ask(self, request: bytes) -> bytes:
        place = urlsplit(self.server)
        with socket.create_connection((place.hostname or "", place.port or 0), timeout=_PATIENCE_S) as server:
            server.sendall(_closing(request))
            parts = []
            while part := server.recv(65_536):
                parts.append(part)
        return b"".join(parts)


def _whole_request(phone: socket.socket) -> bytes:
    """Head and body; empty when the phone closed before."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = phone.recv(65_536)
        if not part or len(data) > _MOST:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths):
        part = phone.recv(65_536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def _closing(request: bytes) -> bytes:
    """The request, asking the server to close when it has answered."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body
