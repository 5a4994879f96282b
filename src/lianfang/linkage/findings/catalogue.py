"""Every kind of finding, declared once."""

from lianfang.linkage.findings.kind import SEVERITY_ZH, Kind, Severity
from lianfang.linkage.findings.kinds_of_people import KINDS_OF_PEOPLE
from lianfang.linkage.findings.kinds_of_values import KINDS_OF_VALUES

__all__ = ["CATALOGUE", "SEVERITY_ZH", "Kind", "Severity"]

_KINDS: tuple[Kind, ...] = (*KINDS_OF_VALUES, *KINDS_OF_PEOPLE)

CATALOGUE: dict[str, Kind] = {kind.code: kind for kind in _KINDS}
if len(CATALOGUE) != len(_KINDS):
    raise ValueError("a finding code is declared twice")
