"""Model fields that behave alike on SQLite and PostgreSQL."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from lianfang.kernel.crypto import seal, unseal


class PathField(models.CharField):  # type: ignore[type-arg]  # not subscriptable at run time
    """An area path, compared byte by byte.

    PostgreSQL sorts by the database's language unless told otherwise, and then ignores "/", which breaks
    the range `path >= p AND path < p || '~'` that every scoped query uses. SQLite compares bytes anyway.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class SealedField(models.TextField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A text that the database holds sealed (kernel.crypto): a copy of the database tells it to nobody.

    `purpose` separates the keys; never change it. It cannot be searched. Reading raises SealBrokenError when the
    server's secret key is not the one that sealed it.
    """

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return seal(text, purpose=self.purpose) if text else text

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return unseal(value, purpose=self.purpose) if value else value
