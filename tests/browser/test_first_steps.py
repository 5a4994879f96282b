"""The first thing anybody sees."""

from playwright.sync_api import Page

from tests.browser.conftest import Server


def test_the_server_answers_with_a_page_and_without_script_errors(server: Server, page: Page) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if "Content Security" in message.text else None,
    )
    page.goto(server.address)
    assert "Lianfang" in page.title() or "联防" in page.title()
    assert problems == []


def test_the_data_folder_holds_database_and_key_and_nothing_of_them_is_served(
    server: Server, page: Page
) -> None:
    assert {"lianfang.sqlite3", "secret.key"} <= {file.name for file in server.data.iterdir()}
    key = (server.data / "secret.key").read_text("ascii")
    for path in ("/secret.key", "/data/secret.key", "/assets/../secret.key"):
        answer = page.request.get(server.address + path)
        assert key not in answer.text()
