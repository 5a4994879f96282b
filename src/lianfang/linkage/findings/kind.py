"""What a kind of finding is: code, severity, sentences, what to do, points for the work list.

Templates name values as `{column:type}`. The type says how a value is written in each language and whether it
is hidden when a text is masked: see `sentences.py`. `{file}`, `{row}`, `{name}` and their `other_` twins need
no column of their own; they are looked up from the records.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad: an error cannot be true, a warning needs a human, an info is good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


SEVERITY_ZH: dict[str, str] = {"error": "错误", "warning": "需核实", "info": "提示"}


@dataclass(frozen=True)
class Kind:
    """One kind of finding.

    `points` is the urgency that the work list gives it (0 = not a task for a visitor); `ask_zh` and `ask_en`
    are the line that a visitor reads there, templates like the others.
    """

    code: str
    severity: Severity
    field: str
    title_zh: str
    title_en: str
    zh: str
    en: str
    action_zh: str
    action_en: str
    points: int = 0
    ask_zh: str = ""
    ask_en: str = ""
