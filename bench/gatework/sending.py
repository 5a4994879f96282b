"""Load on a server: requests one by one at their moments, and as many as go through some lines at once."""

import http.client
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

LINES = 64


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Latencies:
    """Milliseconds from the moment at which each request was due."""

    median: float
    p99: float
    longest: float


def answered(one: Request, port: int) -> bytes:
    """On a connection of its own: phones come and go. Raises RuntimeError for whatever is not a success."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as to:
        to.request("POST", one.path, one.body, one.headers)
        response = to.getresponse()
        body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{response.status} {body[:200]!r}")
    return body


def at_their_moments(requests: Sequence[Request], port: int, rate: int) -> tuple[Latencies, list[bytes]]:
    """`rate` requests a second, whether or not those before have been answered."""
    took = [0.0] * len(requests)
    began = time.perf_counter() + 0.5

    def one(number: int) -> bytes:
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        answer = answered(requests[number], port)
        took[number] = 1000 * (time.perf_counter() - due)
        return answer

    with ThreadPoolExecutor(LINES) as pool:
        answers = list(pool.map(one, range(len(requests))))
    took.sort()
    return Latencies(statistics.median(took), took[int(len(took) * 0.99)], took[-1]), answers


def at_once(requests: Sequence[Request], port: int, lines: int) -> tuple[float, list[bytes]]:
    """Seconds until all are answered, `lines` at a time."""
    began = time.perf_counter()
    with ThreadPoolExecutor(lines) as pool:
        answers = list(pool.map(lambda one: answered(one, port), requests))
    return time.perf_counter() - began, answers
