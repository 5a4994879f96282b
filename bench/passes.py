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
from pathlib import Path

LIST = 490


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"LIANFANG_DATA": folder, "DJANGO_SETTINGS_MODULE": "lianfang.settings"}
        made = subprocess.run(
            [sys.executable, "-m", "lianfang", "manage", "migrate", "-v0"], env=os.environ, check=False
        )
        if made.returncode:
            return made.returncode
        measure(Path(folder))
    return 0


def measure(folder: Path) -> None:
    import django  # noqa: PLC0415  # settings are chosen above

    django.setup()
    from lianfang.documents import passes as documents  # noqa: PLC0415
    from lianfang.gates import budgets, keys, lists, printing  # noqa: PLC0415
    from lianfang.gates.issuing import Order  # noqa: PLC0415
    from lianfang.gates.models import Pass  # noqa: PLC0415
    from lianfang.gates.passcode import Asked, Revocations, Trust, judge, open_pass  # noqa: PLC0415
    from lianfang.kernel import clock, jobs  # noqa: PLC0415
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
        allowed=1000,
        note="",
    )
    rows = "\n".join(f"工人{n},1390000{n:04d},清泉水站" for n in range(LIST))
    started = time.perf_counter()
    order = Order("temporary", (compound.pk,))
    to = lists.read_csv(f"姓名,手机,单位\n{rows}\n")
    batch = lists.start(actor=actor, now=now, order=order, to=to, title="bench")
    jobs.drain()
    issued = time.perf_counter()
    found = Pass.objects.unscoped(reason="bench").filter(batch=batch.pk)
    cards = printing.cards(
        actor=actor, now=clock.now(), passes=[], batch=batch.pk, address=lambda t: f"https://lf/r/#pass={t}"
    )
    for layout in ("cards", "sheets"):
        begun = time.perf_counter()
        data = documents.pdf(cards, layout)
        print(f"{layout}: {len(cards)} in {time.perf_counter() - begun:.1f} s, {len(data) / 1e6:.1f} MB")
    done = time.perf_counter()
    print(f"a list of {found.count()}: issued in {issued - started:.1f} s, printed twice after {done - started:.1f} s")
    texts = list(found.values_list("text", flat=True))
    trust = Trust([keys.trusted(key)])
    at = int((now + timedelta(minutes=1)).timestamp())
    asked = Asked(0, "330109005", at, Revocations("330109005", at, frozenset()), compound=2 * compound.pk + 1)
    begun, count = time.process_time(), 0
    while time.process_time() - begun < 3:
        for text in texts:
            assert judge(open_pass(text, trust), asked).refusal is None
        count += len(texts)
    print(f"checked: {count / (time.process_time() - begun):,.0f} a second on one core (processor time)")
    print(f"load: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    sys.exit(main())
