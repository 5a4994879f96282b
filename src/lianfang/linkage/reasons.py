"""Why somebody wants to see what is masked: a reason is asked for, and goes into the audit record."""

from lianfang.kernel.errors import ProblemError
from lianfang.linkage.errors import REASON_SHORT
from lianfang.linkage.rules import MIN_REASON

#: Characters of a reason that are kept.
_MOST = 500


def given(reason: str) -> str:
    """The reason as it is recorded. Raises reveal.reason for less than MIN_REASON characters."""
    words = reason.strip()
    if len(words) < MIN_REASON:
        raise ProblemError(REASON_SHORT, least=MIN_REASON)
    return words[:_MOST]
