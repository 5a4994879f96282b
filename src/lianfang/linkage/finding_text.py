"""The pairs of characters in names and sentences of findings, packed so that any text is found without reading them.

Chinese has no spaces to cut words at: a text is found by the pairs of characters of which it consists. The findings of
one path are numbered 0, 1, 2 … in a part; of every pair the part keeps which of them hold it, as differences, which
compress well because a kind's findings stand side by side and share their sentence. No Django.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

#: Pairs are kept by their first character, in so many groups.
BUCKETS = 512
#: The bucket that holds the findings' numbers.
NUMBERS = BUCKETS
#: So many findings make a part: it fits in memory many times over.
PART = 20_000

Numbers = npt.NDArray[np.uint32]
_LOW = np.uint64(0xFFFFFFFF)
_NEWLINE = 10


def plain(text: str) -> str:
    """As texts are compared: without regard to capital letters."""
    return text.strip().lower()


def packed(findings: pl.DataFrame) -> Iterator[tuple[int, int, bytes]]:
    """part, bucket and bytes of the findings of one path: number, name, reason_zh, reason_en, by number."""
    for part, start in enumerate(range(0, findings.height, PART)):
        rows = findings.slice(start, PART)
        yield part, NUMBERS, _squeezed(_differences(rows["number"].to_numpy().astype(np.uint32)))
        for bucket, content in _buckets(_keys(rows)):
            yield part, bucket, content


def _keys(rows: pl.DataFrame) -> npt.NDArray[np.uint64]:
    """Pair (upper half, as `_pair` makes it) and position of the finding (lower half), sorted, each once."""
    columns = (rows["name"].fill_null(""), rows["reason_zh"], rows["reason_en"])
    texts = ["\n".join(one).lower() + "\n" for one in zip(*columns, strict=True)]
    points = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    position = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) for text in texts])
    first, second = points[:-1], points[1:]
    keys = _pair(first, second).astype(np.uint64) << np.uint64(32) | position[:-1]
    keys = np.sort(
        keys[first != _NEWLINE]
    )  # a text ends with a pair of its last character and the line's end
    return keys[np.append(True, keys[1:] != keys[:-1])] if keys.size else keys


def _pair(first: Numbers, second: Numbers) -> Numbers:
    """Two characters as one number whose upper nine bits are the bucket. Rare ones share a number with others."""
    turned = (first & 0x1FF) << 7 | (first >> 9) & 0x7F
    return (turned << 16 | second & 0xFFFF).astype(np.uint32)


def _buckets(keys: npt.NDArray[np.uint64]) -> Iterator[tuple[int, bytes]]:
    pairs, positions = (keys >> np.uint64(32)).astype(np.uint32), (keys & _LOW).astype(np.uint32)
    starts = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])) if pairs.size else np.zeros(0, np.int64)
    counts = np.diff(np.append(starts, len(pairs))).astype(np.uint32)
    steps = _differences(positions)
    steps[starts] = positions[starts]
    distinct = pairs[starts]
    buckets = distinct >> 23
    new = np.append(True, buckets[1:] != buckets[:-1]) if len(buckets) else np.zeros(0, bool)
    edges: list[int] = np.flatnonzero(new).tolist()
    for low, high in zip(edges, [*edges[1:], len(buckets)], strict=True):
        end = int(starts[high]) if high < len(starts) else len(pairs)
        head = np.array([high - low], np.uint32)
        whole = np.concatenate([head, distinct[low:high], counts[low:high], steps[int(starts[low]) : end]])
        yield int(buckets[low]), _squeezed(whole)


def _differences(values: Numbers) -> Numbers:
    return np.diff(values, prepend=np.uint32(0))


def _squeezed(values: Numbers) -> bytes:
    return zlib.compress(values.astype("<u4").tobytes(), 1)


def _loosened(content: bytes) -> Numbers:
    return np.frombuffer(zlib.decompress(content), "<u4")


@dataclass(frozen=True)
class Sought:
    """A text by its pairs; of a single character, every pair that begins with it."""

    pairs: tuple[int, ...]
    single: bool

    @classmethod
    def of(cls, text: str) -> "Sought":
        """`text` as `plain` gives it, not empty."""
        points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        if len(points) == 1:
            return cls((int(_pair(points, np.zeros(1, np.uint32))[0]),), single=True)
        return cls(tuple(np.unique(_pair(points[:-1], points[1:])).tolist()), single=False)

    @property
    def buckets(self) -> set[int]:
        """Whose content `within` needs."""
        return {pair >> 23 for pair in self.pairs} | {NUMBERS}

    def within(self, part: Mapping[int, bytes]) -> Numbers:
        """The numbers of the part's findings that hold all pairs, rising; `part`: bucket -> content."""
        found: Numbers | None = None
        for pair in self.pairs:
            content = part.get(pair >> 23)
            holders = np.zeros(0, np.uint32) if content is None else self._holders(content, pair)
            found = holders if found is None else np.intersect1d(found, holders, assume_unique=True)
            if not found.size:
                return found
        numbers = np.cumsum(_loosened(part[NUMBERS]), dtype=np.uint32)
        return numbers[found] if found is not None else numbers[:0]

    def _holders(self, content: bytes, pair: int) -> Numbers:
        values = _loosened(content)
        height = int(values[0])
        pairs, counts, steps = (
            values[1 : 1 + height],
            values[1 + height : 1 + 2 * height],
            values[1 + 2 * height :],
        )
        low, high = np.searchsorted(pairs, [pair, pair + (0x10000 if self.single else 1)])
        ends = np.cumsum(counts, dtype=np.int64)
        lists = [
            np.cumsum(steps[ends[at] - counts[at] : ends[at]], dtype=np.uint32) for at in range(low, high)
        ]
        if not lists:
            return np.zeros(0, np.uint32)
        return lists[0] if len(lists) == 1 else np.unique(np.concatenate(lists))


def parts_of(rows: Iterable[tuple[str, int, int, bytes | memoryview]]) -> Sequence[Mapping[int, bytes]]:
    """Each part's buckets, from path, part, bucket and content."""
    parts: dict[tuple[str, int], dict[int, bytes]] = {}
    for path, part, bucket, content in rows:
        parts.setdefault((path, part), {})[bucket] = bytes(content)
    return [part for part in parts.values() if NUMBERS in part]
