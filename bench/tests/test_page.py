"""The pages in docs/ say what the results say."""

import json
from pathlib import Path

import pytest

from sidebyside import page, scale

DOCS = Path(__file__).resolve().parents[2] / "docs" / "develop"
RESULTS = DOCS / "bench-linkage.json"


@pytest.fixture(scope="module")
def results() -> dict[str, object]:
    return json.loads(RESULTS.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_the_page_is_made_from_the_results(results: dict[str, object]) -> None:
    assert (DOCS / "bench-linkage.md").read_text(encoding="utf-8") == page.text(results)


def test_the_page_on_scale_is_made_from_the_results(results: dict[str, object]) -> None:
    assert (DOCS / "scale.md").read_text(encoding="utf-8") == scale.text(results)


def test_the_pictures_are_beside_the_page(results: dict[str, object]) -> None:
    for name in page.drawn(results):
        picture = (DOCS / f"bench-linkage-{name}.svg").read_text(encoding="utf-8")
        assert f"bench-linkage-{name}.svg" in page.text(results)
        assert picture.startswith("<svg")
        assert len(picture) < 60_000


def test_every_table_shows_every_contender_measured(results: dict[str, object]) -> None:
    told = page.text(results)
    for entry in results["sizes"].values():  # type: ignore[attr-defined]
        for kept in entry["contenders"].values():
            if "figures" in kept:
                assert f"{kept['figures']['f1']:.4f}" in told


def test_growth_in_proportion_is_one() -> None:
    small, large = (scale.Costs(n, 2 * n, n / 1e4, n / 1e4, 1e8 + n * 1e3) for n in (1000, 10_000))
    assert scale.growth(small, large) == pytest.approx(1)
    assert scale.processor_seconds(small, large, 200_000) == pytest.approx((10.0, 10.0))
    assert scale.memory(small, large, 200_000) == pytest.approx(1e8 + 1e8)
    assert scale.span(3.04, 3.01) == "3.0"
    assert scale.span(12, 30) == "12–30"
