"""Memory that is free again goes back to the system between two steps of a long job."""

import ctypes
import gc
import os
import sys
from pathlib import Path


def give_back() -> None:
    """Ask Python and the C library to let go of what they keep for later; harmless where they cannot."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim is not None:
            trim(0)


def held() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
