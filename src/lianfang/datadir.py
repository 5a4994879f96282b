"""The data folder: embedded database, secret key, demo. Nothing of it belongs into the repository."""

import os
import secrets
from pathlib import Path

DATA_VARIABLE = "LIANFANG_DATA"


def data_dir() -> Path:
    """The folder named by LIANFANG_DATA, or ./data. It need not exist yet."""
    return Path(os.environ.get(DATA_VARIABLE) or "data").resolve()


def prepare(folder: Path) -> None:
    """Make the folder (only for its owner) and a secret key in it, unless they are there.

    Raises OSError when the folder cannot be written.
    """
    os.umask(0o077)  # the database and everything else made here is for its owner only
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # O_EXCL: of two starts at once one makes the key and the other reads it.
        handle = os.open(_key_file(folder), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))


def secret_key(folder: Path) -> str:
    """The key kept in the folder; without one a key for this process alone: nothing has a default key."""
    return next(iter(_keys(folder)), "") or secrets.token_urlsafe(50)


def old_keys(folder: Path) -> list[str]:
    """Keys that were replaced and still open what they sealed (`lianfang rekey`)."""
    return _keys(folder)[1:]


def replace_key(folder: Path) -> None:
    """A new key on the first line; the others stay below it. Raises OSError."""
    _write(folder, [secrets.token_urlsafe(50), *_keys(folder)])


def forget_old_keys(folder: Path) -> None:
    """Only the newest key stays. Raises OSError."""
    _write(folder, _keys(folder)[:1])


def _keys(folder: Path) -> list[str]:
    try:
        return _key_file(folder).read_text("ascii").split()
    except FileNotFoundError:
        return []


def _write(folder: Path, keys: list[str]) -> None:
    """All or nothing: a key that is half written would lock everybody out."""
    fresh = _key_file(folder).with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text("\n".join(keys) + "\n", "ascii")
    fresh.replace(_key_file(folder))


def _key_file(folder: Path) -> Path:
    return folder / "secret.key"
