"""Results that appear together and whole, or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class OutputError(Exception):
    """The results cannot be written there; `zh` and `en` say why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def prepare_directory(out: Path) -> Path:
    """Make the directory if it is missing. Raises OutputError if it is a file or cannot be made or
    written."""
    if out.exists() and not out.is_dir():
        raise OutputError(
            f"{out} 是一个文件，不是文件夹；请换一个文件夹。",
            f"{out} is a file, not a folder: name another folder.",
        )
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)  # what is written there names people
    except OSError as error:
        raise OutputError(
            f"无法建立文件夹 {out}：{error.strerror}。", f"Cannot make the folder {out}: {error.strerror}."
        ) from error
    if not os.access(out, os.W_OK):
        raise OutputError(
            f"文件夹 {out} 不可写；请换一个。", f"The folder {out} cannot be written to: name another."
        )
    return out


@contextmanager
def published(out: Path) -> Iterator[Path]:
    """A draft folder inside `out`; when the block ends well its files replace those of `out`, else it is
    removed.

    So the files of `out` always belong to one run: an interrupted run changes none of them. Raises
    OutputError if the
    disk refuses.
    """
    draft = out / f".draft-{os.getpid()}"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        yield draft
        for file in sorted(draft.iterdir()):
            file.replace(out / file.name)
    except OSError as error:
        where, why = error.filename or out, error.strerror or error
        raise OutputError(
            f"无法写入 {where}：{why}。若文件正在 Excel 中打开，请先关闭；磁盘已满请清理。",
            f"Cannot write {where}: {why}. Close it if it is open in Excel; make room if the disk is full.",
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
