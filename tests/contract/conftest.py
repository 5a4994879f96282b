"""The town of the permission matrix, built once for a module; every request is undone after it."""

from tests.permissions.conftest import cast, town

__all__ = ["cast", "town"]
