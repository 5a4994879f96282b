"""What the house rules look at: the project's own source files."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "lianfang"


def python_files() -> Iterator[Path]:
    """Every Python file written by hand: migrations are Django's."""
    for folder in ("src", "tests", "bench"):
        yield from (file for file in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in file.parts)
    yield from sorted(ROOT.glob("*.py"))


def web_files() -> Iterator[Path]:
    """Every TypeScript, Vue and style file of web/, without packages, builds and generated types."""
    for pattern in ("*.ts", "*.vue", "*.css"):
        for file in sorted((ROOT / "web").rglob(pattern)):
            if not {"node_modules", "dist"} & set(file.parts) and file.name != "api-types.ts":
                yield file


def shown(file: Path) -> str:
    return str(file.relative_to(ROOT))
