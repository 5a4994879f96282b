"""A new list against what is known, in seconds and without redoing the rest."""

from lianfang.linkage.engine.known.answer import KnownLinks
from lianfang.linkage.engine.known.files import KnownChanged, KnownError
from lianfang.linkage.engine.known.known import Known
from lianfang.linkage.engine.known.save import save_known

__all__ = ["Known", "KnownChanged", "KnownError", "KnownLinks", "save_known"]
