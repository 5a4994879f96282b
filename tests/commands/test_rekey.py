"""The secret key can be changed: what was sealed opens afterwards, and the old key opens nothing any more."""

import subprocess
import sys
from pathlib import Path

READ = """
import django; django.setup()
import io, os, sys
from pathlib import Path
from lianfang.accounts.models import Authenticator, User
from lianfang.kernel import clock
from lianfang.linkage.importing import at_rest, files
if sys.argv[1:] == ["make"]:
    user = User.objects.create(username="zhou", created_at=clock.now())
    Authenticator.objects.create(user=user, secret="JBSWY3DPEHPK3PXP", created_at=clock.now())
    for name in ("register", "train"):
        files.store(io.BytesIO(f"list of the {name}".encode()), 1000)
    table = files.workplace(7) / "rows" / "RunPerson.parquet"
    table.parent.mkdir()
    table.write_text("rows of people")
    at_rest.close(files.workplace(7))
print(Authenticator.objects.get().secret)
folder = Path(os.environ["LIANFANG_DATA"]) / "lists"
for file in (folder / "files").iterdir():
    with files.opened(file.name) as plain:
        print(plain.read_text())
(table,) = (folder / "imports").glob("*/*/*")
files.unseal_to(table, folder / "plain")
print(table.name, (folder / "plain").read_text())
"""
SHOWN = [
    "JBSWY3DPEHPK3PXP", "RunPerson.parquet.sealed rows of people", "list of the register", "list of the train",
]  # fmt: skip


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {"LIANFANG_DATA": str(data), "DJANGO_SETTINGS_MODULE": "lianfang.settings", "PATH": "/usr/bin:/bin"}
    env["PYTHONPATH"] = str(Path(__file__).parents[2] / "src")
    command = [sys.executable, *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_another_key_and_then_the_old_one_is_forgotten(tmp_path: Path) -> None:
    key = tmp_path / "secret.key"
    assert (
        run(tmp_path, "-m", "lianfang", "rekey").returncode == 0
    )  # an empty folder gets its keys and tables
    first = key.read_text("ascii").split()[0]
    assert sorted(run(tmp_path, "-c", READ, "make").stdout.splitlines()) == SHOWN
    at_rest = {file: file.read_bytes() for file in (tmp_path / "lists").rglob("*") if file.is_file()}
    assert sum(content.startswith(b"lianfang sealed 1\n") for content in at_rest.values()) == 3

    changed = run(tmp_path, "-m", "lianfang", "rekey")
    assert changed.returncode == 0, changed.stderr
    assert changed.stdout.startswith("1 sealed values and 3 files of lists carry the newest key;")
    assert key.stat().st_mode & 0o077 == 0
    assert key.read_text("ascii").split()[1] == first
    assert sorted(run(tmp_path, "-c", READ).stdout.splitlines()) == SHOWN

    assert run(tmp_path, "-m", "lianfang", "rekey", "--forget").returncode == 0
    newest = key.read_text("ascii").split()
    assert len(newest) == 1
    assert sorted(run(tmp_path, "-c", READ).stdout.splitlines()) == SHOWN
    key.write_text(first, "ascii")  # the old key opens neither values nor files
    assert "SealBrokenError" in run(tmp_path, "-c", READ).stderr
    refused = run(tmp_path, "-m", "lianfang", "rekey")
    assert refused.returncode == 1
    assert "not in secret.key any more" in refused.stderr
