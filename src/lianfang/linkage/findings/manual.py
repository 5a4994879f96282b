"""The manual's page about findings, made from the catalogue: `python -m lianfang.linkage.findings.manual docs/use`.

A test compares the committed pages with what this makes.
"""

import re
import sys
from pathlib import Path

from lianfang.linkage.findings.catalogue import CATALOGUE, SEVERITY_ZH, Kind
from lianfang.linkage.findings.sentences import Language

#: What stands for a value in the sentences of the manual; everything else is shown as …
_EXAMPLES: dict[str, tuple[str, str]] = {
    "file": ("居民底册.csv", "register.csv"),
    "row": ("12", "12"),
    "name": ("张伟", "张伟"),
    "other_file": ("走访表.xlsx", "visits.xlsx"),
    "other_row": ("34", "34"),
    "other_name": ("王芳", "王芳"),
    "lists": ("卡口登记.xlsx", "gate-book.xlsx"),
    "probability": ("60%", "60%"),
    "now": ("按两人计", "two people"),
}
_TITLES = {"zh": "各类问题的含义", "en": "What each finding means"}
_INTRODUCTION = {
    "zh": "本页由程序根据问题目录生成（`python -m lianfang.linkage.findings.manual docs/use`），请勿手工修改。\n\n"
    "**错误**：不可能成立，必须更正。**需核实**：要由人判断。**提示**：供参考。\n"
    "“急迫度”是该事项在工作清单中的分数；没有分数的不需要上门。",
    "en": "This page is made from the catalogue; do not edit it "
    "(`python -m lianfang.linkage.findings.manual docs/use`).\n\n"
    "An **error** cannot be true and wants correcting. **To check** needs a human. A **note** is good to know.\n"
    "Urgency is what the finding counts in the work lists; without it nobody has to visit.",
}
_SEVERITY = {"zh": SEVERITY_ZH, "en": {"error": "Error", "warning": "To check", "info": "Note"}}
_LABELS = {"zh": ("怎么办", "上门要问", "急迫度"), "en": ("What to do", "To ask at the door", "Urgency")}


def page(language: Language) -> str:
    """The page in that language, as Markdown."""
    parts = [f"# {_TITLES[language]}", _INTRODUCTION[language]]
    for severity, word in _SEVERITY[language].items():
        parts.append(f"## {word}")
        parts += [_entry(kind, language) for kind in CATALOGUE.values() if kind.severity == severity]
    return "\n\n".join(parts) + "\n"


def _entry(kind: Kind, language: Language) -> str:
    zh = language == "zh"
    title, text, action, ask = (
        (kind.title_zh, kind.zh, kind.action_zh, kind.ask_zh)
        if zh
        else (kind.title_en, kind.en, kind.action_en, kind.ask_en)
    )
    do, door, urgency = _LABELS[language]
    colon = "：" if zh else ": "
    lines = [f"### {title}", f"`{kind.code}`", f"> {_shown(text, language)}", f"{do}{colon}{action}"]
    if kind.points:
        lines.append(f"{door}{colon}{_shown(ask, language)}  ({urgency} {kind.points})")
    return "\n\n".join(lines)


def _shown(template: str, language: Language) -> str:
    at = 0 if language == "zh" else 1
    return re.sub(r"{(\w+)(?::\w+)?}", lambda m: _EXAMPLES.get(m[1], ("…", "…"))[at], template)


def main(folder: Path) -> None:
    """Write zh/findings.md and en/findings.md below `folder`."""
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        (folder / language / "findings.md").write_text(page(language), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
