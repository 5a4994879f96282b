"""Numbers by which a row, or a finding, is known again in the next run. Polars only, no Django.

A run numbers its records anew. What people decide, correct and note is therefore tied to keys made of the content: the
same row of the same source has the same key for ever, a row that was changed has another.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

import polars as pl

from lianfang.linkage.fields import FIELD_NAMES

#: Digests made at once.
PORTION = 100_000
_SEPARATOR = "\x1f"  # a control character: readers take them out of cells


def record_keys(
    records: pl.DataFrame, sources: Sequence[str], tell: Callable[[float], None] = lambda share: None
) -> pl.Series:
    """Int64, one per record (columns of fields.RECORD_SCHEMA), in their order; `sources[i]` names list i for good.

    Rows of one source that are alike in every field are told apart by their order.
    """
    named = pl.Series("source", list(sources), dtype=pl.String)
    texts = records.select(
        text=pl.concat_str(
            pl.lit(named).gather(pl.col("list").cast(pl.UInt32)),
            *(pl.col(name).fill_null("") for name in FIELD_NAMES),
            separator=_SEPARATOR,
        )
    )
    return _keys(texts, tell)


def finding_keys(findings: pl.DataFrame) -> pl.Series:
    """Int64, one per finding, in their order.

    Columns: code, field, key and other_key (of the records; null where there is none), file, row (used without a key).
    """
    beside = pl.when(pl.col("key").is_null()).then(pl.format("{}:{}", "file", "row"))
    parts = (pl.col("code"), pl.col("field"), pl.col("key"), pl.col("other_key"), beside)
    written = [part.cast(pl.String).fill_null("") for part in parts]
    return _keys(findings.select(text=pl.concat_str(written, separator=_SEPARATOR)))


def _keys(texts: pl.DataFrame, tell: Callable[[float], None] = lambda share: None) -> pl.Series:
    """The hash within the session only groups what is alike; the key itself must not change with a library."""
    alike = texts.select("text", n=pl.int_range(pl.len()).over(pl.col("text").hash()))
    parts = [pl.Series("key", [], dtype=pl.Int64)]
    for start in range(0, alike.height, PORTION):
        tell(start / alike.height)
        some = alike.slice(start, PORTION)
        parts.append(pl.Series("key", list(_digests(some.iter_rows())), dtype=pl.Int64))
    return pl.concat(parts)


def _digests(rows: Iterable[tuple[str, int]]) -> Iterable[int]:
    for text, n in rows:
        whole = f"{text}{_SEPARATOR}{n}" if n else text
        digest = blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        yield int.from_bytes(digest, "big", signed=True)
