"""Who sat in a train, plane, coach or ship with a published case? Lists as they are published → trips → hits.

reading = read_file("trips.csv", content, year=2020)
index = Index(merge(reading.trips))
hits = index.check(Leg(number="k447次", day=date(2020, 1, 21), carriage="11"))
print(sentence(hits[0], "zh"))
"""

from lianfang.screening.engine.cotravel.index import NEAR_ROWS, Hit, Index, Leg, as_data, from_data, merge
from lianfang.screening.engine.cotravel.reading import read_fields, read_file, read_rows_of, read_text
from lianfang.screening.engine.cotravel.sentences import sentence
from lianfang.screening.engine.cotravel.trips import WORDS, Reading, Trip, Unread
from lianfang.screening.engine.cotravel.vehicles import MODES, Vehicle, read_carriages, read_vehicles
from lianfang.screening.engine.cotravel.vehicles import read_rows as read_seat_rows
from lianfang.screening.engine.tables import TableError

__all__ = [
    "MODES",
    "NEAR_ROWS",
    "WORDS",
    "Hit",
    "Index",
    "Leg",
    "Reading",
    "TableError",
    "Trip",
    "Unread",
    "Vehicle",
    "as_data",
    "from_data",
    "merge",
    "read_carriages",
    "read_fields",
    "read_file",
    "read_rows_of",
    "read_seat_rows",
    "read_text",
    "read_vehicles",
    "sentence",
]
