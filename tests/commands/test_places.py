"""Where data lie, and which database an address means."""

import stat
from pathlib import Path

import pytest

from lianfang import datadir
from lianfang.databases import database_settings


def test_the_data_folder_and_the_key_are_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    datadir.prepare(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600


def test_the_key_stays(tmp_path: Path) -> None:
    datadir.prepare(tmp_path)
    key = datadir.secret_key(tmp_path)
    datadir.prepare(tmp_path)
    assert datadir.secret_key(tmp_path) == key
    assert len(key) >= 50


def test_without_a_key_there_is_no_default_one(tmp_path: Path) -> None:
    assert datadir.secret_key(tmp_path) != datadir.secret_key(tmp_path)


def test_nothing_said_means_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    database = database_settings("", tmp_path)
    assert database["ENGINE"].endswith("sqlite")
    assert database["NAME"] == str(tmp_path / "lianfang.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_a_postgresql_address_is_taken_apart(tmp_path: Path) -> None:
    database = database_settings("postgresql://clerk:p%40ss@db.local:5433/lf?sslmode=require", tmp_path)
    assert {name: database[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "lf",
        "USER": "clerk",
        "PASSWORD": "p@ss",
        "HOST": "db.local",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require", "options": database["OPTIONS"]["options"]},
    }


def test_postgresql_is_told_that_questions_are_short_unless_the_address_says_otherwise(
    tmp_path: Path,
) -> None:
    address = "postgresql://clerk@db.local/lf"
    assert "-c jit=off" in database_settings(address, tmp_path)["OPTIONS"]["options"]
    own = database_settings(f"{address}?options=-c%20jit%3Don", tmp_path)["OPTIONS"]
    assert own == {"options": "-c jit=on"}
    assert database_settings(f"{address}?options=", tmp_path)["OPTIONS"] == {}


def test_a_socket_is_named_as_host(tmp_path: Path) -> None:
    assert database_settings("postgresql://postgres:@/lf?host=/run/pg", tmp_path)["HOST"] == "/run/pg"


@pytest.mark.parametrize("address", ["mysql://x/y", "lianfang.sqlite3", "http://x"])
def test_other_databases_are_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        database_settings(address, tmp_path)
