"""The secret key can be changed: what was sealed opens afterwards, and the old key opens nothing any more."""

import subprocess
import sys
from pathlib import Path

READ = """
import django; django.setup()
from lianfang.accounts.models import Authenticator, User
from lianfang.kernel import clock
import sys
if sys.argv[1:] == ["make"]:
    user = User.objects.create(username="zhou", created_at=clock.now())
    Authenticator.objects.create(user=user, secret="JBSWY3DPEHPK3PXP", created_at=clock.now())
print(Authenticator.objects.get().secret)
"""


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
    assert run(tmp_path, "-c", READ, "make").stdout == "JBSWY3DPEHPK3PXP\n"

    changed = run(tmp_path, "-m", "lianfang", "rekey")
    assert changed.returncode == 0, changed.stderr
    assert changed.stdout.startswith("1 sealed values and 0 files of lists carry the newest key;")
    assert key.stat().st_mode & 0o077 == 0
    assert key.read_text("ascii").split()[1] == first
    assert run(tmp_path, "-c", READ).stdout == "JBSWY3DPEHPK3PXP\n"

    assert run(tmp_path, "-m", "lianfang", "rekey", "--forget").returncode == 0
    newest = key.read_text("ascii").split()
    assert len(newest) == 1
    assert run(tmp_path, "-c", READ).stdout == "JBSWY3DPEHPK3PXP\n"
    key.write_text(first, "ascii")
    assert "SealBrokenError" in run(tmp_path, "-c", READ).stderr
    refused = run(tmp_path, "-m", "lianfang", "rekey")
    assert refused.returncode == 1
    assert "not in secret.key any more" in refused.stderr
