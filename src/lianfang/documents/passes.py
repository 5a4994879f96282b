"""Passes on paper: eight cards on an A4 to be cut out, or a sheet of A5 for each."""

import io
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import pylopdf_fonts_zh_cn
import segno
import typst

from lianfang.gates.printing import Card

Layout = Literal["cards", "sheets"]


def pdf(cards: Sequence[Card], layout: Layout) -> bytes:
    """The cards as a PDF. Making a code takes a hundredth of a second, so a card has one and a sheet two."""
    sheets = layout == "sheets"
    data = [{**vars(one), "code": _code(one.text), "page": _page(one.url) if sheets else ""} for one in cards]
    made = _compiler(layout).compile(format="pdf", sys_inputs={"cards": json.dumps(data, ensure_ascii=False)})
    assert isinstance(made, bytes)  # a PDF is one file, whatever its pages
    return made


@cache
def _compiler(layout: Layout) -> typst.Compiler:
    template = files("lianfang.documents").joinpath(f"{layout}.typ")
    fonts = str(files(pylopdf_fonts_zh_cn))
    return typst.Compiler(str(template), font_paths=[fonts], ignore_system_fonts=True)


def _code(text: str) -> str:
    """Version 8, level M, whatever the length: all codes look and scan alike."""
    return _svg(segno.make(text, version=8, error="m", boost_error=False, micro=False))


def _page(url: str) -> str:
    return _svg(segno.make(url, error="l", micro=False))


def _svg(code: segno.QRCode) -> str:
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, xmldecl=False, svgns=True, nl=False)
    return out.getvalue().decode()
