"""The words of findings and of rules for screens, from the places where they are declared."""

from lianfang.linkage.engine.explain import phrases
from lianfang.linkage.findings.catalogue import CATALOGUE


def kinds() -> list[dict[str, str]]:
    """code, severity, title and action of every kind of finding in both languages."""
    return [
        {
            "code": kind.code,
            "severity": kind.severity.value,
            "title_zh": kind.title_zh,
            "title_en": kind.title_en,
            "action_zh": kind.action_zh,
            "action_en": kind.action_en,
        }
        for kind in CATALOGUE.values()
    ]


def evidence() -> list[dict[str, str]]:
    """What a rule such as `phone.equal_own+name.exact` is made of: name, zh, en."""
    return [
        {"name": f"{comparison}.{level}", "zh": zh, "en": en}
        for comparison, levels in phrases().items()
        for level, (zh, en) in levels.items()
    ]
