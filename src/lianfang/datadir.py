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
    try:
        return _key_file(folder).read_text("ascii").strip() or secrets.token_urlsafe(50)
    except FileNotFoundError:
        return secrets.token_urlsafe(50)


def _key_file(folder: Path) -> Path:
    return folder / "secret.key"
