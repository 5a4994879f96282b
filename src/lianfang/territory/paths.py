"""Whatever has an area: every column of paths, in every app, found by its field's class.

An app above the territory needs to tell nobody that it has such a column: moving an area moves its rows too.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector

from lianfang.kernel.fields import PathField
from lianfang.territory.models import Area
from lianfang.territory.rules import level_of, path_of

_WHY = "the area's own rows, wherever they are"


def columns() -> Iterator[tuple[type[models.Model], str]]:
    """Model and column name of every path but the areas' own."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, PathField) and model is not Area:
                yield model, str(field.column)


def use_of(area: Area) -> str:
    """What keeps the area from being taken away, as the name of a model in lower case; "" when nothing."""
    for model, column in columns():
        table, quoted = (connection.ops.quote_name(name) for name in (model._meta.db_table, column))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE {quoted} = %s LIMIT 1", [area.path])
            if cursor.fetchone():
                return str(model._meta.model_name)
    try:
        Collector(using="default").collect([area])
    except (ProtectedError, RestrictedError) as problem:
        objects = (
            problem.protected_objects if isinstance(problem, ProtectedError) else problem.restricted_objects
        )
        return str(next(iter(objects))._meta.model_name)
    return ""


def move(area: Area, *, code: str, parent: Area | None) -> None:
    """Give an area and all below it their new codes and paths, and every row that lies in one of them.

    Inside the caller's transaction.
    """
    everything = Area.objects.unscoped(reason=_WHY)
    branch = list(everything.filter(path__gte=area.path, path__lt=f"{area.path}~").order_by("path"))
    was = {one.pk: (one.code, one.path) for one in branch}
    new_paths: dict[str, str] = {}
    for one in branch:
        old_code, old_path = was[one.pk]
        above = old_path[: -len(old_code) - 1]
        parent_path = new_paths.get(above, parent.path if parent else "")
        new_code = code + old_code[len(area.code) :]
        new_paths[old_path] = path_of(new_code, parent_path)
        if level_of(new_code) is None:  # cannot be: the length stays
            raise ValueError(new_code)
    for one in branch:
        old_code, old_path = was[one.pk]
        changes: dict[str, object] = {
            "code": code + old_code[len(area.code) :],
            "path": new_paths[old_path],
        }
        if one.pk == area.pk:
            changes["parent"] = parent
        everything.filter(pk=one.pk).update(**changes)
    _move_rows(new_paths)


def _move_rows(new_paths: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        for model, column in columns():
            table, quoted = (connection.ops.quote_name(name) for name in (model._meta.db_table, column))
            for old, new in new_paths.items():
                if old != new:
                    cursor.execute(f"UPDATE {table} SET {quoted} = %s WHERE {quoted} = %s", [new, old])
