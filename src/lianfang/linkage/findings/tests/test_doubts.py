"""What a human has to settle."""

import polars as pl

from lianfang.linkage.findings.evidence import REJECTED_SCHEMA
from lianfang.linkage.findings.tests.town import Town


def test_a_doubtful_link_names_both_rows() -> None:
    town = Town()
    a, b = town.row("register.csv", "张伟"), town.row("gate.csv", "章玮")
    town.review(a, b, 0.62)
    (found,) = town.found("review.same_person")
    reason = (
        "register.csv第2行张伟与gate.csv第2行章玮可能是同一人（62%）：同音（按双方在各名单上的全部记录）。"
    )
    assert found["reason_zh"] == f"{reason}目前按两人计。"
    assert (found["other_file"], found["other_row"]) == ("gate.csv", 2)


def test_a_rejected_row_is_told_without_a_person() -> None:
    town = Town()
    town.row("register.csv", "张伟")
    row = ("gate.csv", 9, "row.blank", "没有姓名。", "no name.", '["",""]')
    town.rejected = pl.DataFrame([row], schema=REJECTED_SCHEMA, orient="row")
    (found,) = town.found("row.rejected")
    assert (found["file"], found["row"], found["person_id"]) == ("gate.csv", 9, None)


def test_nothing_doubtful_nothing_told() -> None:
    town = Town()
    town.row("register.csv", "张伟")
    assert town.found("review.same_person") == []
    assert town.found("row.rejected") == []
