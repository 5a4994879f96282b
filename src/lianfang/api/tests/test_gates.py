"""Gates of compounds: drawn from an office's map or by hand, seen by whoever sees the compound."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.api.tests.test_places import compound_of, send, upload
from lianfang.kernel import clock
from lianfang.kernel.clock import local_date
from lianfang.kernel.models import AuditRecord

pytestmark = pytest.mark.database
SignIn = Callable[..., Client]


def drawn(*gates: dict[str, object], at: tuple[float, float] = (120.21, 30.21)) -> bytes:
    shapes = [
        {
            "type": "Feature", "properties": {"kind": "gate", "compound": "云滨湾", **one},
            "geometry": {"type": "Point", "coordinates": [at[0] + 0.001 * number, at[1]]},
        }
        for number, one in enumerate(gates)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": shapes}).encode()


def gates_of(browser: Client) -> list[dict[str, Any]]:
    shown = browser.get(f"/api/places/compounds/{compound_of(browser)['id']}").json()
    return list(shown["gates"])


def take(browser: Client, content: bytes) -> dict[str, Any]:
    status, done = upload(browser, "/areas/shapes", content, "gates.geojson")
    assert status == 200, done
    return dict(done)


def test_an_offices_map_brings_gates_with_kinds_and_state(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    content = drawn(
        {"name": "云滨湾东门"},
        {"name": "北门", "code": "YB-02", "kinds": "行人、车辆,消防", "state": "关闭"},
        {"name": "西门", "kinds": ["vehicle"], "open": False},
        {"name": ""},
        {"name": "南门", "compound": "海市蜃楼"},
    )
    done = take(browser, content)
    assert (done["gates"], done["left"], done["unknown"]) == (3, 2, ["", "南门"])
    east, north, west = sorted(gates_of(browser), key=lambda one: one["point"])
    assert (east["name"], east["kinds"], east["open"]) == ("东门", ["walking"], True)
    assert east["code"] == f"{compound_of(browser)['id']}-1"
    assert (north["code"], north["open"]) == ("YB-02", False)
    assert north["kinds"] == ["walking", "vehicle", "emergency"]
    assert (west["kinds"], west["open"]) == (["vehicle"], False)
    assert east["point"] == [120.21, 30.21]


def test_the_map_again_moves_gates_and_neither_doubles_nor_opens_them(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    take(browser, drawn({"name": "东门", "state": "closed"}, {"name": "北门", "code": "N"}))
    first = {one["id"]: one for one in gates_of(browser)}
    again = drawn({"name": "东门"}, {"name": "新北门", "code": "N"}, {"name": "东门"}, at=(120.3, 30.3))
    assert take(browser, again)["gates"] == 2
    second = {one["id"]: one for one in gates_of(browser)}
    assert second.keys() == first.keys()
    by_name = {one["name"]: one for one in second.values()}
    assert by_name.keys() == {"东门", "新北门"}
    assert by_name["东门"]["open"] is False
    assert by_name["东门"]["point"] == [120.302, 30.3]


def test_a_gates_code_belongs_to_one_compound_and_its_name_to_one_gate(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    _, other = send(browser, "/places/compounds", area=town.there.pk, name="江岸苑")
    take(browser, drawn({"name": "东门", "code": "E"}, {"name": "北门", "code": "N"}))
    taken = drawn({"name": "东门", "code": "E", "compound": "江岸苑"}, {"name": "东门", "code": "N"})
    done = take(browser, taken)
    assert (done["gates"], done["unknown"]) == (0, ["江岸苑东门", "云滨湾东门"])
    assert (
        send(browser, f"/places/compounds/{other['id']}/gates", name="东门", code="E")[1]["code"]
        == "gate.taken"
    )
    status, made = send(browser, f"/places/compounds/{other['id']}/gates", name="东门")
    assert (status, made["name"], made["kinds"], made["point"]) == (200, "东门", ["walking"], None)


def test_a_map_closes_no_gate_that_is_known_and_neither_does_a_form(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    take(browser, drawn({"name": "东门"}, {"name": "北门"}))
    take(browser, drawn({"name": "东门", "state": "closed"}))
    east = next(one for one in gates_of(browser) if one["name"] == "东门")
    send(browser, f"/places/gates/{east['id']}", name="东门", open=False, version=east["version"])
    assert all(one["open"] for one in gates_of(browser))


def test_a_gate_is_closed_and_opened_with_a_reason_that_is_shown(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    take(browser, drawn({"name": "东门"}, {"name": "北门"}, {"name": "西门", "state": "关闭"}))
    east, north, west = sorted(gates_of(browser), key=lambda one: one["point"])
    until = (local_date(clock.now()) + timedelta(days=7)).isoformat()
    order = {
        "version": east["version"],
        "reason": "works",
        "text": "东门修路",
        "review_on": until,
        "exempt": ["fire"],
    }
    path = f"/gate-plans/gates/{east['id']}"
    assert send(browser, f"{path}/close", **{**order, "text": " "})[1]["code"] == "plan.words"
    assert send(browser, f"{path}/close", **{**order, "review_on": "2020-01-01"})[1]["code"] == "plan.review"
    status, made = send(browser, f"{path}/close", **order)
    assert (status, made["gate"], made["plan"], made["text"], made["exempt"]) == (
        200, east["id"], None, "东门修路", ["fire"],
    )  # fmt: skip
    assert send(browser, f"{path}/close", **{**order, "version": 2})[1]["code"] == "plan.closed"
    last = send(browser, f"/gate-plans/gates/{north['id']}/close", **{**order, "version": north["version"]})
    assert last[1]["code"] == "plan.last_gate"  # nobody would get in
    unsaid = {**order, "version": west["version"], "text": "图上原来就关着", "reason": "other"}
    assert send(browser, f"/gate-plans/gates/{west['id']}/close", **unsaid)[0] == 200
    listed = browser.get(f"/api/gate-plans/closures?compound={compound_of(browser)['id']}").json()
    assert {one["gate_name"]: one["review_on"] for one in listed} == {"东门": until, "西门": until}
    assert send(browser, f"{path}/open", version=1, text="修好了")[1]["code"] == "plan.words"
    assert send(browser, f"{path}/open", version=1, text="路已修好")[1]["code"] == "conflict"
    status, again = send(browser, f"{path}/open", version=2, text="路已修好")
    assert (status, again["open"]) == (200, True)
    opened = browser.get("/api/gate-plans/closures?which=opened").json()
    assert [(one["gate_name"], one["reopened_text"]) for one in opened] == [("东门", "路已修好")]
    assert send(browser, f"{path}/open", version=3, text="路已修好")[1]["code"] == "plan.open"
    done = AuditRecord.objects.get(action="gate.opened", object_id=str(east["id"]))
    assert done.details["why"] == "路已修好"


def test_a_gate_is_changed_by_hand_a_stale_page_is_told(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    address = f"/places/compounds/{compound_of(browser)['id']}/gates"
    _, made = send(browser, address, name="东门", kinds=["walking", "emergency"], point=[120.2, 30.2])
    change = {"name": "东大门", "kinds": ["vehicle"], "version": made["version"]}
    status, changed = send(browser, f"/places/gates/{made['id']}", **change)
    assert (status, changed["name"], changed["open"]) == (200, "东大门", True)
    assert (changed["kinds"], changed["point"], changed["code"]) == (["vehicle"], [120.2, 30.2], made["code"])
    stale = send(browser, f"/places/gates/{made['id']}", **change)
    assert (stale[0], stale[1]["code"], stale[1]["params"]["name"]) == (409, "conflict", "东大门")
    assert send(browser, f"/places/gates/{made['id']}", **{**change, "point": [500, 3]})[0] == 422
    assert send(browser, f"/places/gates/{made['id']}/remove", version=changed["version"])[0] == 204
    assert gates_of(browser) == []
    done = AuditRecord.objects.filter(kind="gate", object_id=str(made["id"])).order_by("pk")
    assert [record.action for record in done] == ["gate.added", "gate.changed", "gate.removed"]


def test_two_grids_that_share_a_compound_see_its_gates_and_only_its_keeper_changes_them(
    town: Town, sign_in: SignIn
) -> None:
    take(sign_in(Role.ADMINISTRATOR), drawn({"name": "东门"}))
    for area in (town.here, town.there):
        secretary = sign_in(Role.SECRETARY, area)
        [gate] = gates_of(secretary)
        shapes = secretary.get("/api/areas/shapes").json()
        assert [(one["name"], one["open"]) for one in shapes if one["kind"] == "gate"] == [("东门", True)]
        assert send(secretary, f"/places/gates/{gate['id']}", name="门", version=1)[0] == 403
        keeper = sign_in(Role.ADMINISTRATOR, area)  # of one grid of the two
        assert send(keeper, f"/places/gates/{gate['id']}", name="门", version=1)[0] == 404
