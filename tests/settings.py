"""Settings of the tests: the program's own, with a data folder that goes when the tests end."""

import atexit
import os
import shutil
import tempfile

_FOLDER = tempfile.mkdtemp(prefix="lianfang-test-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["LIANFANG_DATA"] = _FOLDER  # before the settings are read: tests never see anybody's data

from lianfang.settings import *  # noqa: E402, F403

# Hashing passwords is slow on purpose; tests need not wait for it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
