"""Files that appear whole or not at all."""

import os
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
        out.mkdir(parents=True, exist_ok=True)
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
def staged(target: Path) -> Iterator[Path]:
    """A temporary path beside `target`, renamed to it when the block ends well and removed when it does not.

    Raises OutputError if the disk refuses; an older `target` then stays as it was.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield draft
        draft.replace(target)
    except OSError as error:
        raise OutputError(
            f"无法写入 {target}：{error.strerror or error}。若该文件正在 Excel 中打开，请先关闭。",
            f"Cannot write {target}: {error.strerror or error}. If it is open in Excel, close it first.",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
