"""What a screen gets of background work: codes and figures, never the parameters it was started with."""

from datetime import datetime
from typing import Any

from ninja import Schema

from lianfang.kernel.models import JobState


class JobOut(Schema):
    """`title` and `step` are codes of the catalogues; `share` is 0 to 1; `mine` says whose it is."""

    id: int
    kind: str
    title: str
    title_params: dict[str, Any]
    state: JobState
    step: str
    share: float
    error: str
    error_params: dict[str, Any]
    cancel_requested: bool
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    owner_name: str
    mine: bool
    result: dict[str, Any] | None


class JobsOut(Schema):
    items: list[JobOut]
    total: int
    page: int
    size: int
    running: int
