"""Which diseases a place is busy with: the profiles of the campaigns that run there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from lianfang.kernel.prepared import Prepared
from lianfang.screening import profiles
from lianfang.screening.engine.profile import Named, Profile
from lianfang.screening.models import Screening

_WHY = "which profiles are in use somewhere; nothing of the campaigns is told"
_USES = Prepared(
    lambda: (
        Screening.objects.unscoped(reason=_WHY)
        .exclude(profile="")
        .order_by("pk")
        .values_list("path", "profile", "ended_at")
    )
)


@dataclass(frozen=True)
class Use:
    """A campaign's profile: everywhere below `path`, until `ended_at`."""

    path: str
    profile: str
    ended_at: datetime | None


def uses() -> list[Use]:
    """Every campaign that names a profile, the oldest first."""
    return [Use(*row) for row in _USES()]


def named(among: list[Use], path: str, since: datetime | None = None) -> list[str]:
    """The profiles in use at `path`; with `since`, those of campaigns that have ended after it as well."""
    found = [
        one.profile
        for one in among
        if path.startswith(one.path)
        and (one.ended_at is None or (since is not None and one.ended_at > since))
    ]
    return list(dict.fromkeys(found))


def at(path: str) -> list[Profile]:
    """The usable profiles in use at `path` now."""
    found = [profiles.usable(name) for name in named(uses(), path)]
    return [one for one in found if one is not None]


def contacts(path: str) -> list[Named]:
    """The kinds of contact that are asked for there, each once; of all profiles where no campaign names one.

    Where profiles use one code for cases of their own, all their words are said.
    """
    usable = [one for name in profiles.names() if (one := profiles.usable(name)) is not None]
    kinds = defaultdict[str, list[Named]](list)
    for one in at(path) or usable:
        for kind in one.contact:
            kinds[kind.code].append(kind)
    return [
        Named(code=code, zh=_either([one.zh for one in same]), en=_either([one.en for one in same]))
        for code, same in kinds.items()
    ]


def _either(words: list[str]) -> str:
    return " / ".join(dict.fromkeys(words))
