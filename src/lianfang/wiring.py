"""The only place where leaves are connected: each gets from here what another one offers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from lianfang.linkage.engine.stranger import Frequency, Verdict, describe, judge
from lianfang.registry import matching


class WiringConfig(AppConfig):
    """Connects when Django has loaded everything."""

    name = "lianfang.wiring"
    label = "wiring"

    def ready(self) -> None:
        matching.connect(matching.Matcher(describe, _judge))
        autodiscover_modules("jobs")  # each app's jobs.py names its handlers


def _judge(
    stranger: Mapping[str, Any],
    candidates: Sequence[Sequence[Mapping[str, Any]]],
    frequency: tuple[int, int, int],
) -> list[Verdict]:
    return judge(stranger, candidates, Frequency(*frequency))
