"""Passes: how many are checked a second, and how long 490 take from a list to paper.

    PYTHONPATH=src python bench/passes.py

Works in a folder and on a database of its own, which are removed. Prints the machine's load: figures of a busy machine
are lower.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from typing import Any

LIST = 490
SECONDS = 3


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"LIANFANG_DATA": folder, "DJANGO_SETTINGS_MODULE": "lianfang.settings"}
        made = subprocess.run(
            [sys.executable, "-m", "lianfang", "manage", "migrate", "-v0"], env=os.environ, check=False
        )
        if made.returncode:
            return made.returncode
        import django  # noqa: PLC0415  # the settings are chosen above

        django.setup()
        key, batch = issue()
        check(key, batch)
        print(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return 0


def issue() -> tuple[Any, Any]:
    """A list of outsiders, issued by the job and put on paper; the key and the list."""
    from lianfang.documents import passes as documents  # noqa: PLC0415
    from lianfang.gates import lists, printing  # noqa: PLC0415
    from lianfang.kernel import clock, jobs  # noqa: PLC0415
    from lianfang.kernel.actor import system  # noqa: PLC0415

    actor, (key, order) = system("bench"), ground()
    rows = "\n".join(f"工人{n},1390000{n:04d},清泉水站" for n in range(LIST))
    started = time.perf_counter()
    to = lists.read_csv(f"姓名,手机,单位\n{rows}\n")
    batch = lists.start(actor=actor, now=clock.now(), order=order, to=to, title="bench")
    jobs.drain()
    batch.refresh_from_db()
    print(f"a list of {batch.issued}: issued in {time.perf_counter() - started:.1f} s")
    for layout in ("cards", "sheets"):
        begun = time.perf_counter()
        cards = printing.cards(
            actor=actor,
            now=clock.now(),
            passes=[],
            batch=batch.pk,
            address=lambda token: f"https://lf/r/#{token}",
        )
        data = documents.pdf(cards, layout)
        print(f"{layout}: {len(cards)} in {time.perf_counter() - begun:.1f} s, {len(data) / 1e6:.1f} MB")
    return key, batch


def ground() -> tuple[Any, Any]:
    """An area with a compound, a key and a budget; the key, and what is ordered."""
    from lianfang.gates import budgets, keys  # noqa: PLC0415
    from lianfang.gates.issuing import Order  # noqa: PLC0415
    from lianfang.kernel import clock  # noqa: PLC0415
    from lianfang.kernel.actor import system  # noqa: PLC0415
    from lianfang.territory.actions import add_area  # noqa: PLC0415
    from lianfang.territory.models import Compound  # noqa: PLC0415

    actor, now = system("bench"), clock.now()
    area = add_area(actor=actor, now=now, code="330109005", name="滨江街道")
    compound = Compound.objects.create(path=area.path, name="云滨湾", key="云滨湾")
    key = keys.make_key(actor=actor, now=now, area=area.pk, days=365)
    today = clock.local_date(now)
    budgets.make_budget(
        actor=actor,
        now=now,
        area=area.pk,
        code="temporary",
        first_on=today,
        last_on=today,
        allowed=LIST,
        note="",
    )
    return key, Order("temporary", (compound.pk,))


def check(key: Any, batch: Any) -> None:
    """Open and judge the list's passes as a gate does, on one core."""
    from lianfang.gates import keys  # noqa: PLC0415
    from lianfang.gates.models import Pass  # noqa: PLC0415
    from lianfang.gates.passcode import Asked, Revocations, Trust, judge, open_pass  # noqa: PLC0415
    from lianfang.gates.rules import compound_number  # noqa: PLC0415
    from lianfang.kernel import clock  # noqa: PLC0415

    found = Pass.objects.unscoped(reason="bench").filter(batch=batch.pk)
    texts = list(found.values_list("text", flat=True))
    at = int((clock.now() + timedelta(minutes=1)).timestamp())
    refused = Revocations(key.area, at, frozenset(), 1)
    asked = Asked(0, key.area, at, refused, compound=compound_number(batch.compound))
    trust, begun, count = Trust([keys.trusted(key)]), time.process_time(), 0
    while time.process_time() - begun < SECONDS:
        for text in texts:
            assert judge(open_pass(text, trust), asked).refusal is None
        count += len(texts)
    print(f"checked: {count / (time.process_time() - begun):,.0f} a second on one core (processor time)")


if __name__ == "__main__":
    sys.exit(main())
