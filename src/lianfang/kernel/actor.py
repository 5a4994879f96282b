"""Who acts, and how far: an actor carries grants, a grant is permissions over one part of the territory."""

from dataclasses import dataclass, field, replace

from lianfang.kernel.errors import FORBIDDEN, NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission


@dataclass(frozen=True)
class Scope:
    """The parts of the territory that a query may touch: area paths such as `330109/330109005/`.

    A path covers everything below it. `everywhere` is for the system itself. An empty scope matches nothing.
    """

    paths: tuple[str, ...] = ()
    everywhere: bool = False

    def covers(self, path: str) -> bool:
        return self.everywhere or any(path.startswith(prefix) for prefix in self.paths)

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.paths)


EVERYWHERE = Scope(everywhere=True)


@dataclass(frozen=True)
class Grant:
    """Permissions over the area at `path` and all below it; an empty path is the whole territory."""

    permissions: frozenset[Permission]
    path: str


@dataclass(frozen=True)
class Actor:
    """The one on whose behalf something happens. `user_id` is None for the system's own work.

    `limit` is what a token narrows its user to; what he starts in the background is narrowed alike.
    """

    user_id: int | None
    name: str
    grants: tuple[Grant, ...] = field(default=())
    is_system: bool = False
    limit: frozenset[Permission] | None = None

    def narrowed(self, limit: frozenset[Permission] | None) -> "Actor":
        """The same actor with no more than `limit`; None narrows nothing."""
        if limit is None:
            return self
        return replace(self, limit=limit if self.limit is None else self.limit & limit)

    def scope(self, permission: Permission) -> Scope:
        """Where this actor holds `permission`; an empty scope when nowhere."""
        if self.limit is not None and permission not in self.limit:
            return Scope()
        if self.is_system:
            return EVERYWHERE
        paths = {grant.path for grant in self.grants if permission in grant.permissions}
        if "" in paths:
            return EVERYWHERE
        return Scope(tuple(sorted(paths)))

    def can(self, permission: Permission, path: str | None = None) -> bool:
        """Whether the actor holds `permission` for the area at `path`, or anywhere when no path is given."""
        scope = self.scope(permission)
        return bool(scope) if path is None else scope.covers(path)

    def require(self, permission: Permission, path: str | None = None) -> Scope:
        """The actor's scope for `permission`.

        Raises `forbidden` when the actor holds it nowhere and `not_found` when he holds it elsewhere:
        what lies outside one's area answers exactly like what is not there.
        """
        scope = self.scope(permission)
        if not scope:
            raise ProblemError(FORBIDDEN, permission=permission.value)
        if path is not None and not scope.covers(path):
            raise ProblemError(NOT_FOUND)
        return scope


def system(name: str) -> Actor:
    """The system itself, doing `name` (a job, a command). The name appears in the audit record."""
    return Actor(user_id=None, name=name, is_system=True)
