"""What the screens get of the territory."""

from ninja import Schema

from lianfang.territory.rules import Level


class AreaOut(Schema):
    id: int
    code: str
    name: str
    level: Level
    path: str
    version: int
    parent: int | None

    @staticmethod
    def resolve_parent(area: object) -> int | None:
        number: int | None = getattr(area, "parent_id", None)
        return number
