"""Memory that is free again goes back to the system between two steps of a long job."""

import ctypes
import gc
import sys


def give_back() -> None:
    """Ask Python and the C library to let go of what they keep for later; harmless where they cannot."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)
