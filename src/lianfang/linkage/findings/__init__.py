"""From linked records to findings, one person one file and a work list. Pure Polars, no Django.

`audit(gather(records, lists, standard, links, …))` finds; `worklist` says what a human has to do about it.
"""

from lianfang.linkage.findings.audit import Findings, audit
from lianfang.linkage.findings.catalogue import CATALOGUE, Kind, Severity
from lianfang.linkage.findings.evidence import Evidence, gather
from lianfang.linkage.findings.sentences import Found, findings_table
from lianfang.linkage.findings.worklist import WorkList, worklist

__all__ = [
    "CATALOGUE",
    "Evidence",
    "Findings",
    "Found",
    "Kind",
    "Severity",
    "WorkList",
    "audit",
    "findings_table",
    "gather",
    "worklist",
]
