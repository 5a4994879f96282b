"""Two workers register the same stranger in the same second and get one person. Real threads, real connections."""

import threading
from collections.abc import Callable, Mapping

import pytest
from django.db import connection

from lianfang.registry import actions
from lianfang.registry.actions import Registered, register_person
from lianfang.registry.models import Person
from lianfang.registry.tests.conftest import EAST, NOW, WEST, worker

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(sayings: list[Mapping[str, str]]) -> list[Registered]:
    """Everybody is registered by a worker of his own; all stand before the locks when the first goes on."""
    answers: list[Registered] = []
    failures: list[BaseException] = []
    start = threading.Barrier(len(sayings))

    def work(number: int, said: Mapping[str, str]) -> None:
        path = (EAST, WEST)[number % 2]
        try:
            start.wait(timeout=60)
            answers.append(register_person(actor=worker(number, path), now=NOW, path=path, **said))
        except BaseException as failure:  # noqa: BLE001  # told in the main thread
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(sayings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failures == []
    return answers


def people() -> int:
    return Person.objects.unscoped(reason="test").count()


def test_eight_workers_and_one_stranger() -> None:
    said = {"name": "张伟", "id_number": "33010619800101521X", "phone": "13800138000"}
    answers = at_once([said] * 8)
    assert people() == 1
    assert sum(answer.created for answer in answers) == 1
    assert len({answer.person.pk for answer in answers}) == 1


def test_written_differently_by_each() -> None:
    home = "云滨湾小区3幢2单元501室"
    answers = at_once(
        [
            {"name": "张伟", "phone": "13800138000", "address": home},
            {"name": "张玮", "phone": "138-0013-8000", "address": "云滨湾3-2-501"},
            {"name": "張偉", "phone": "13800138000", "address": home},
            {"name": "张伟", "phone": "+86 13800138000", "address": "云滨湾3号楼2单元501"},
        ]
    )
    assert people() == 1
    assert sum(answer.created for answer in answers) == 1


def test_different_strangers_do_not_become_one() -> None:
    at_once(
        [{"name": name, "phone": f"1380013800{i}"} for i, name in enumerate(["张伟", "王芳", "李娜", "刘洋"])]
    )
    assert people() == 4


def test_everybody_judges_before_anybody_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst moment: all have seen an empty registry before the first one writes."""
    said = {"name": "张伟", "phone": "13800138000", "address": "云滨湾3-2-501"}
    seen = threading.Barrier(3)
    waited = threading.local()

    def held_up(judged: Callable[..., object]) -> Callable[..., object]:
        def opinion(*args: object) -> object:
            answer = judged(*args)
            if not getattr(waited, "once", False):
                waited.once = True
                seen.wait(timeout=60)
            return answer

        return opinion

    monkeypatch.setattr(actions, "_opinion", held_up(actions._opinion))
    answers = at_once([said] * 3)
    assert people() == 1
    assert sum(answer.created for answer in answers) == 1
