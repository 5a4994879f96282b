"""The result of a run for a terminal, in Chinese and English side by side."""

from pathlib import Path

from lianfang.linkage.outputs.summary import Summary

_FIGURES = (
    ("people", "人", "people"),
    ("seen", "已登记且在其他名单出现", "registered and on other lists"),
    ("unregistered", "在名单上但未登记", "on a list but not in the register"),
    ("unseen", "已登记但各名单均未出现", "in the register but seen nowhere"),
    ("reviews", "对疑似同一人，请人判断", "doubtful pairs for a human"),
    ("rejected", "行未读入", "rows not read"),
    ("doors", "户有事要问", "doors with something to ask"),
)
_ADVICE = [
    "列认错了？改 mapping.toml，用 --map 再运行。",
    "Columns misunderstood? Edit mapping.toml and pass it with --map.",
]


def told(summary: Summary, out: Path) -> str:
    """The result for a terminal: how every file was understood, the figures, where the files are."""
    lines, before = ["名单 Lists"], ""
    for one in summary.lists:
        account = one.account
        lines.append(
            f"  {account.file}  {account.kind_zh} {account.kind_en}  {account.rows:,} 行 rows"
            f"  {account.rejected:,} 未读入 rejected  {one.people:,} 人 people"
        )
        columns = [f"{c['header'] or c['column']} → {c['field_zh']}" for c in account.columns if c["field"]]
        mapping = "； ".join(columns)
        lines.append("    " + ("（同上 as above）" if mapping == before else mapping))
        before = mapping
        lines += [f"    ! {note['zh']} {note['en']}" for note in account.notes]
    lines += ["", "结果 Result"]
    lines += [f"  {summary.totals[key]:>11,}  {zh} {en}" for key, zh, en in _FIGURES]
    lines += ["", "发现 Findings"]
    lines += [
        f"  {kind.count:>11,}  {kind.title_zh} {kind.title_en}" for kind in summary.findings if kind.count
    ]
    seconds = ", ".join(f"{part} {spent:.1f} s" for part, spent in summary.seconds.items())
    lines += ["", f"{out.resolve()}/", f"  {'  '.join(summary.files)}", f"  ({seconds})"]
    lines += _ADVICE
    return "\n".join(lines)
