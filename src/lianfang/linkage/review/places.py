"""Places of a part of a run, by the numbers that the run gave them."""

import polars as pl
from django.db.models import Max

from lianfang.linkage.models import Run, RunPlace

_WHY = "places are found by their names, wherever they lie"


class Places:
    """A place that the run does not know yet (a compound so far misspelt) is added."""

    def __init__(self, run: Run, *found: pl.DataFrame) -> None:
        stored = RunPlace.objects.unscoped(reason=_WHY).filter(run=run)
        known = {name: (number, path) for name, number, path in stored.values_list("name", "number", "path")}
        following = int(stored.aggregate(most=Max("number"))["most"] or 0) + 1
        for name, community, path in pl.concat(
            [f.select("name", "community", "path") for f in found]
        ).iter_rows():
            if name not in known:
                known[name] = (following, path)
                RunPlace.objects.create(
                    run=run, number=following, name=name, community=community, path=path, derived=True,
                    people=0, registered=0, seen=0, unregistered=0, findings=0, tasks=0,
                )  # fmt: skip
                following += 1
        self._known = pl.DataFrame(
            [(name, number, path) for name, (number, path) in known.items()],
            schema={"place_name": pl.String, "place": pl.Int64, "path": pl.String},
            orient="row",
        )

    def put(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`place_name` as place and path of the run."""
        return frame.drop("path").join(self._known, on="place_name", how="left", maintain_order="left")
