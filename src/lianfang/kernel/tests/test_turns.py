import subprocess
import sys
import threading
import time
from pathlib import Path

from lianfang.kernel.sqlite.turns import Turns

# Writes without a pause between its turns, as a worker with a long list does; says how often in two seconds.
GREEDY = """
import sys, time
from pathlib import Path
from lianfang.kernel.sqlite.turns import Turns
turns, end, n = Turns(Path(sys.argv[1])), time.monotonic() + 2, 0
print("begun", flush=True)
while time.monotonic() < end:
    turns.take(30)
    time.sleep(0.02)
    turns.give()
    n += 1
print(n, flush=True)
"""


def test_threads_come_in_the_order_in_which_they_asked(tmp_path: Path) -> None:
    turns, came = Turns(tmp_path / "db"), list[int]()
    assert turns.take(1)

    def wait(number: int) -> None:
        assert turns.take(30)
        came.append(number)
        turns.give()

    threads = [threading.Thread(target=wait, args=(n,)) for n in range(8)]
    for place, thread in enumerate(threads, 1):
        thread.start()
        while len(turns._line) < place:
            time.sleep(0.001)
    turns.give()
    for thread in threads:
        thread.join()
    assert came == list(range(8))


def test_whoever_does_not_want_to_wait_is_told_at_once_and_stands_in_nobodys_way(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "db")
    assert turns.take(1)
    told: list[bool] = []
    other = threading.Thread(target=lambda: told.append(turns.take(0)))
    other.start()
    other.join()
    assert told == [False]
    turns.give()
    assert turns.take(0)
    turns.give()


def test_a_process_that_writes_without_pause_lets_others_in(tmp_path: Path) -> None:
    words = [sys.executable, "-c", GREEDY, str(tmp_path / "db")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as greedy:
        assert greedy.stdout is not None
        assert greedy.stdout.readline() == "begun\n"
        turns, mine = Turns(tmp_path / "db"), 0
        while greedy.poll() is None:
            assert turns.take(30)
            mine += 1
            time.sleep(0.02)
            turns.give()
        theirs = int(greedy.stdout.read())
    assert min(mine, theirs) > max(mine, theirs) / 3


def test_the_turn_of_a_process_that_died_is_free(tmp_path: Path) -> None:
    dying = (
        "import os, sys; from pathlib import Path; from lianfang.kernel.sqlite.turns import Turns; "
        "Turns(Path(sys.argv[1])).take(1); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", dying, str(tmp_path / "db")], check=False)
    assert Turns(tmp_path / "db").take(0)
