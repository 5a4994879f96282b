"""report.html opens without a network and shows no personal data."""

import re
from html.parser import HTMLParser
from pathlib import Path

from lianfang.linkage.findings.tests.town import MAN, Town
from lianfang.linkage.outputs.tests.test_files import small_town, write

_VOID = {"meta", "input", "br", "hr", "img", "link"}


class _Balanced(HTMLParser):
    """Every element is closed by its own end tag."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page_of(out: Path, town: Town) -> str:
    write(out, town)
    return (out / "report.html").read_text("utf-8")


def test_it_names_no_outside_resource(tmp_path: Path) -> None:
    page = page_of(tmp_path, small_town())
    assert not re.search(r"https?:|//[\w.]+/|@import|url\((?!#)", page)
    assert not re.search(r"<(script|link|img|iframe)\b", page)


def test_no_two_elements_share_an_id(tmp_path: Path) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page_of(tmp_path, small_town()))
    assert len(ids) == len(set(ids))


def test_it_is_well_formed_and_speaks_both_languages(tmp_path: Path) -> None:
    page = page_of(tmp_path, small_town())
    parser = _Balanced()
    parser.feed(page)
    assert parser.open == []
    assert page.count('class="zh"') == page.count('class="en"')
    assert page.count("<svg") == 12


def test_values_are_masked_and_markup_is_escaped(tmp_path: Path) -> None:
    town = small_town()
    town.row("register.csv", "<b>坏</b>", id18=MAN, sex_given="F")
    page = page_of(tmp_path, town)
    assert MAN not in page
    assert "王芳" not in page
    assert "<b>坏" not in page


def test_a_list_named_like_markup_is_escaped_also_in_the_plots(tmp_path: Path) -> None:
    town = Town()
    town.row("register<script>.csv", "张伟")
    assert "<script>" not in page_of(tmp_path, town)


def test_a_run_without_findings_says_so(tmp_path: Path) -> None:
    town = Town()
    town.row("register.csv", "张伟")
    assert "没有发现问题" in page_of(tmp_path, town)
