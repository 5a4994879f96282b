"""The pages that are not the API: the desk application, the phone app and their files."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings


@pytest.fixture
def built(settings: Settings, tmp_path: Path) -> Path:
    settings.LIANFANG_WEB = tmp_path
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>desk</title>", "utf-8")
    (tmp_path / "assets" / "main-1a2b.js").write_text("1", "utf-8")
    (tmp_path / "secret.txt").write_text("not served", "utf-8")
    return tmp_path


def body(client: Client, path: str) -> bytes:
    response = client.get(path)
    return response.getvalue() if response.status_code == 200 else b""


@pytest.mark.parametrize("path", ["/", "/welcome", "/people/17", "/secret.txt"])
def test_every_page_is_the_desk(client: Client, built: Path, path: str) -> None:
    assert body(client, path) == b"<title>desk</title>"


def test_the_desk_brings_the_forgery_cookie_and_is_not_kept(client: Client, built: Path) -> None:
    response = client.get("/")
    assert "csrftoken" in response.cookies
    assert response.headers["Cache-Control"] == "no-cache"


def test_pages_run_no_script_but_the_servers_own(client: Client, built: Path) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    field = client.get("/field/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in field  # the gates' decoder; it lets no script run
    assert "frame-ancestors 'none'" in policy


def test_assets_are_kept_and_nothing_else_is_reachable(client: Client, built: Path) -> None:
    response = client.get("/assets/main-1a2b.js")
    assert response.getvalue() == b"1"
    assert "immutable" in response.headers["Cache-Control"]
    for path in ("/assets/../secret.txt", "/assets/%2e%2e/secret.txt", "/assets/none.js", "/assets/"):
        assert b"not served" not in body(client, path)


def test_an_unbuilt_desk_says_what_to_do(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.LIANFANG_WEB = tmp_path
    response = client.get("/")
    assert response.status_code == 503
    assert "start.py" in response.content.decode()


def test_health_answers_without_a_database(client: Client) -> None:
    assert client.get("/health").content == b"ok"


def test_unknown_hosts_are_refused(client: Client, built: Path) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


@pytest.fixture
def phone(settings: Settings, tmp_path: Path) -> Path:
    settings.LIANFANG_FIELD = tmp_path
    (tmp_path / "assets").mkdir()
    for name, text in {
        "index.html": "<title>field</title>",
        "sw.js": "'worker'",
        "manifest.webmanifest": "{}",
        "mark-180.png": "png",
        "secret.txt": "not served",
        "assets/main-1a2b.js": "1",
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "path", ["/field/", "/field/visit/door/17", "/field/secret.txt", "/field/index.html"]
)
def test_every_page_below_field_is_the_phone_app(client: Client, phone: Path, path: str) -> None:
    assert body(client, path) == b"<title>field</title>"
    assert "csrftoken" in client.get(path).cookies


def test_the_phone_app_has_an_address_that_can_be_typed(client: Client, phone: Path) -> None:
    assert client.get("/field").headers["Location"] == "/field/"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sw.js", "text/javascript"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("mark-180.png", "image/png"),
    ],
)
def test_files_that_keep_their_name_are_asked_for_anew(
    client: Client, phone: Path, name: str, kind: str
) -> None:
    response = client.get(f"/field/{name}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == kind
    assert response.headers["Cache-Control"] == "no-cache"
    # The worker lies in the folder that it may serve, so no header widens its scope.
    assert "Service-Worker-Allowed" not in response.headers


def test_the_phone_apps_assets_are_kept(client: Client, phone: Path) -> None:
    response = client.get("/field/assets/main-1a2b.js")
    assert response.getvalue() == b"1"
    assert "immutable" in response.headers["Cache-Control"]
    assert b"not served" not in body(client, "/field/assets/../secret.txt")
