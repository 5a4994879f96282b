"""Background work of this app; wiring imports this when Django has loaded."""

from lianfang.linkage.changes import sending
from lianfang.linkage.importing import jobs as importing

__all__ = ["importing", "sending"]
