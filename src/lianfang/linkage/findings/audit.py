"""横向查重 and 纵向稽核 in one call: every finding of a run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from lianfang.linkage.findings import ground
from lianfang.linkage.findings.catalogue import Severity
from lianfang.linkage.findings.conflicts import conflicts
from lianfang.linkage.findings.doubts import doubts
from lianfang.linkage.findings.dwellings import dwellings
from lianfang.linkage.findings.evidence import Evidence
from lianfang.linkage.findings.households import households
from lianfang.linkage.findings.identity import identity
from lianfang.linkage.findings.people import people, people_table
from lianfang.linkage.findings.presence import presence
from lianfang.linkage.findings.sentences import Found
from lianfang.linkage.findings.values import values

_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Findings:
    """The result: what was asked, one person one file, and every kind of finding, most severe kinds first.

    people: the working table of `people.people`, row i is person i. people_csv: its rows for readers.
    found: one entry per kind, also those without findings. usual: see `ground`.
    """

    evidence: Evidence
    people: pl.DataFrame
    people_csv: pl.DataFrame
    found: tuple[Found, ...]
    usual: pl.DataFrame

    def of(self, code: str) -> Found:
        """The findings of that kind. Raises KeyError if this run did not look for it."""
        for found in self.found:
            if found.kind.code == code:
                return found
        raise KeyError(code)


def audit(
    evidence: Evidence,
    usual: pl.DataFrame | None = None,
    tell: Callable[[float], None] = lambda share: None,
) -> Findings:
    """Look for everything in the catalogue. `usual`: of the run that these records are a part of; else learnt here.

    `tell` hears how far it is, 0 … 1.
    """
    told = people(evidence)
    tell(0.2)
    usual = ground.learn(told, evidence.rows) if usual is None else usual
    table = ground.settle(told, usual)
    tell(0.3)
    contradicting = conflicts(evidence)
    looks: tuple[Callable[[], Sequence[Found]], ...] = (
        lambda: identity(evidence),
        lambda: values(evidence, table),
        lambda: contradicting,
        lambda: presence(evidence, table),
        lambda: dwellings(evidence),
        lambda: households(evidence),
        lambda: doubts(evidence),
    )
    found: list[Found] = []
    for done, look in enumerate(looks):
        tell(0.4 + 0.5 * done / len(looks))
        found += look()
    tell(0.9)
    ordered = sorted(found, key=lambda one: _ORDER[one.kind.severity])
    return Findings(evidence, table, people_table(table, evidence, contradicting), tuple(ordered), usual)
