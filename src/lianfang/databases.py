"""From LIANFANG_DATABASE to Django's DATABASES."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# WAL lets readers go on while one writes; a write waits for the one before it instead of failing.
_SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"

# Screens ask short questions: compiling them or starting helpers takes longer than the answer, and what is asked often
# lies in memory, where a page out of turn costs no more than the next one.
_POSTGRESQL = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"


def database_settings(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's settings for one database. An empty `url` means the embedded SQLite file in `data_dir`.

    `postgresql://user:password@host:port/name?sslmode=require`; every query parameter goes to the driver
    (`?host=/run/postgresql` for a socket; `?options=` for a pooler that passes no settings on).
    Raises ValueError for any other scheme.
    """
    if not url:
        return _sqlite(data_dir / "lianfang.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError("LIANFANG_DATABASE must begin with postgresql:// (or be empty for SQLite)")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not options.setdefault("options", _POSTGRESQL):
        del options["options"]
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "lianfang",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "lianfang.kernel.sqlite",
        "NAME": str(file),
        # IMMEDIATE: a transaction that will write takes its turn at the start, so it cannot deadlock later.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": _SQLITE_PRAGMAS},
        # Tests use a file as well: a database in memory knows neither WAL nor waiting writers.
        "TEST": {"NAME": str(file.with_name("test.sqlite3"))},
        "CONN_MAX_AGE": 60,
    }
