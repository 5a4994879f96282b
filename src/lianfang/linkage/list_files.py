"""The lists of a run as they came, kept beside its tables, so that they can go on as live lists. No Django."""

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lianfang.linkage.readers import Mapping, Source
from lianfang.linkage.result import FOLDER, ListFile

_FILES = "files"


def named(sources: Sequence[Source]) -> list[Source]:
    """The sources, each with a key that names it for good: its file's name, counted where two are alike."""
    seen: Counter[str] = Counter()
    found = []
    for source in sources:
        seen[source.title] += 1
        times = seen[source.title]
        key = source.key or (source.title if times == 1 else f"{source.title} ({times})")
        found.append(replace(source, key=key))
    return found


def keep_files(sources: Sequence[Source], mapping: Mapping | None, folder: Path) -> tuple[ListFile, ...]:
    """Copies the files into the folder of a result; what the user said of each goes with it. Raises OSError."""
    place = folder / FOLDER / _FILES
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, mode=0o700)
    kept = []
    for number, source in enumerate(sources, start=1):
        if not source.path.is_file():
            continue  # it could not be read either: the run says so
        path = f"{_FILES}/{number:02}"
        shutil.copyfile(source.path, place.parent / path)
        (place.parent / path).chmod(0o600)
        kind = source.kind.value if source.kind else ""
        said = (
            tuple(one for one in mapping.lists if Mapping((one,)).find(source.title, one.sheet))
            if mapping
            else ()
        )
        kept.append(ListFile(source.title, source.key, path, kind, Mapping(said).dump()))
    return tuple(kept)


def path_of(file: ListFile, folder: Path) -> Path:
    """Where a kept file lies."""
    return folder / FOLDER / file.path
