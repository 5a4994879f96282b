"""A decision is followed at once: in the registry, in the run's tables, under the corrections."""

from datetime import datetime

from lianfang.linkage import corrections
from lianfang.linkage.area_paths import paths
from lianfang.linkage.models import Decision, Run
from lianfang.linkage.review.applying import apply
from lianfang.linkage.review.change import BlockedError, change
from lianfang.linkage.review.registering import register

__all__ = ["BlockedError", "follow"]


def follow(run: Run, decision: Decision, now: datetime) -> bool:
    """Follows a decision that has just been written or taken back; False if nothing follows from it.

    Inside the transaction of the decision. Raises BlockedError where it does not go together with others in force.
    """
    found = change(run, decision, paths())
    if found is None:
        return False
    uids = register(run, found, now)
    apply(run, found, uids)
    corrections.lie_on_top(run, uids.values())
    return True
