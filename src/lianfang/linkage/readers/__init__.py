"""Person lists as offices send them, into one table of records. No Django, no engine.

`read_lists([Source(path)])` gives a `Reading`; `mapping_found(reading).dump()` is
the mapping as editable TOML.
"""

from lianfang.linkage.readers.limits import Limits
from lianfang.linkage.readers.mapping import ListMapping, Mapping, MappingError
from lianfang.linkage.readers.messages import FileError, Note
from lianfang.linkage.readers.reading import (
    Progress,
    Reading,
    SheetReading,
    Source,
    mapping_found,
    read_lists,
)
from lianfang.linkage.readers.sheet import Account

__all__ = [
    "Account",
    "FileError",
    "Limits",
    "ListMapping",
    "Mapping",
    "MappingError",
    "Note",
    "Progress",
    "Reading",
    "SheetReading",
    "Source",
    "mapping_found",
    "read_lists",
]
