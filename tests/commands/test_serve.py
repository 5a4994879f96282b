"""What the server says before and when it starts."""

import socket

import pytest

from lianfang.commands import serve


def test_a_busy_port_is_a_plain_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        problem = serve.port_problem("127.0.0.1", port)
    assert problem is not None
    assert f"Port {port} on 127.0.0.1 is not free" in problem


def test_an_impossible_port_is_no_traceback() -> None:
    assert serve.port_problem("127.0.0.1", 70_000)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_free_port_can_be_used(host: str) -> None:
    port = serve.free_port(host)
    assert port > 0
    assert serve.port_problem(host, port) is None


def test_the_link_is_announced_only_while_there_is_no_user(capsys: pytest.CaptureFixture[str]) -> None:
    serve.announce("http://127.0.0.1:8000", "tok")
    assert "http://127.0.0.1:8000/welcome#tok" in capsys.readouterr().out
    serve.announce("http://127.0.0.1:8000", None)
    assert "welcome" not in capsys.readouterr().out
