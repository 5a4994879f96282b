"""The kind of a list is guessed from its name, title, headings and fields; the reason is given in words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lianfang.linkage.fields import ListKind
from lianfang.linkage.readers import Progress, Reading, Source, read_lists

Read = Callable[..., Reading]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        (
            "a.csv",
            "手机号码,机主姓名,证件号码,常驻基站\n13800000001,张三,3301**********1234,云滨湾1号基站\n",
            "carrier",
        ),
        (
            "a.csv",
            "姓名,证件号,车次,乘车日期,座位\n张三,330106199003078881,G7301,2020-02-01,5车12A\n",
            "transport",
        ),
        ("a.csv", "进出时间,姓名,电话,体温\n2月3日,张三,13800000001,36.5\n", "gate"),
        (
            "a.csv",
            "提交答卷时间,1、您的姓名,2、您的手机号\n2020/2/3 10:00:00,张三,13800000001\n",
            "self_report",
        ),
        ("居民花名册.csv", "姓名,手机号\n张三,13800000001\n", "register"),
        ("3月入户摸排.csv", "姓名,手机号\n张三,13800000001\n", "visit"),
        ("b.csv", "某某小区门岗出入登记簿,\n姓名,手机号\n张三,13800000001\n", "gate"),
        ("b.csv", "姓名,手机号\n张三,13800000001\n", "other"),
    ],
)
def test_the_kind_is_guessed_with_a_reason(read_csv: Read, name: str, text: str, kind: str) -> None:
    reading = read_csv(text, name=name)
    assert reading.lists[0].kind == kind
    assert "：" in reading.sheets[0].kind_zh
    assert ": " in reading.sheets[0].kind_en


def test_what_the_user_says_is_not_questioned(tmp_path: Path) -> None:
    path = tmp_path / "入户走访.csv"
    path.write_text("姓名,手机号\n张三,13800000001\n", "utf-8")
    assert read_lists([Source(path, ListKind.REGISTER)]).lists[0].kind == ListKind.REGISTER


def test_progress_is_told_in_bytes_and_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,手机号\n张三,13800000001\n", "utf-8")
    seen: list[Progress] = []
    read_lists([Source(path)], progress=seen.append)
    size = path.stat().st_size
    told = [(p.bytes_done, p.bytes_total, p.rows) for p in seen]
    assert told[0] == (0, size, 0)
    assert told[-1] == (size, size, 2)
    assert [done for done, *_ in told] == sorted({done for done, *_ in told})
