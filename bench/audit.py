"""What recording a look at a file costs: python bench/audit.py [LOOKS]. On a fresh database in a folder that goes.

On PostgreSQL: python tests/postgres.py python bench/audit.py
"""

import os
import statistics
import sys
import tempfile
import time

import django
from django.core.management import call_command


def main(looks: int) -> None:
    """Print the medians and the 95th percentiles in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LIANFANG_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "lianfang.settings"
        django.setup()
        call_command("migrate", verbosity=0)
        measure(looks)


def measure(looks: int) -> None:
    from lianfang.kernel import audit, clock  # noqa: PLC0415  # Django has to be set up before
    from lianfang.kernel.actor import Actor  # noqa: PLC0415

    for name, actor in (("first look at a file", Actor(1, "王丽")), ("the same again", Actor(1, "王丽"))):
        took = []
        for person in range(looks):
            began = time.perf_counter()
            audit.read(actor=actor, action="person.viewed", now=clock.now(), kind="person", object_id=person)
            took.append((time.perf_counter() - began) * 1000)
        took.sort()
        print(f"{name:<22} median {statistics.median(took):.2f} ms, 95 % {took[int(looks * 0.95)]:.2f} ms")
    began = time.perf_counter()
    whole = audit.verify() is None
    print(f"verifying {looks} records {time.perf_counter() - began:.2f} s, whole: {whole}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
