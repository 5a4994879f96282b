"""From values as people wrote them to values that can be compared: the first step of the engine.

`standardise` works on a whole table of records; `name`, `id_number`, `phone`, `address` and `day` do the
same for a
single value (for forms and the browser) by the very same code.
"""

from lianfang.linkage.engine.standardise.addresses import Address, address
from lianfang.linkage.engine.standardise.dates import Day, day
from lianfang.linkage.engine.standardise.identity import Identity, id_number
from lianfang.linkage.engine.standardise.names import Name, name
from lianfang.linkage.engine.standardise.phones import Phone, phone
from lianfang.linkage.engine.standardise.table import STANDARD_SCHEMA, spelling_of, standardise

__all__ = [
    "STANDARD_SCHEMA",
    "Address",
    "Day",
    "Identity",
    "Name",
    "Phone",
    "address",
    "day",
    "id_number",
    "name",
    "phone",
    "spelling_of",
    "standardise",
]
