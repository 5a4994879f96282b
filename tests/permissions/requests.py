"""How each route of the matrix is asked: about something that lies in the first community (`here`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client

from lianfang.kernel import clock
from tests.permissions.cast import PASSWORD, Somebody
from tests.permissions.town import NONSENSE, Town

#: Things that lie in an area, or belong to somebody: their numbers are what must not be told apart from nonsense.
HIDDEN = frozenset({
    "area", "spare", "community", "path", "person", "uid", "finding", "place", "compound",
    "building", "dwelling", "user", "appointment", "session", "view", "job", "key", "name", "patch", "import",
    "file", "live", "source", "token", "case", "decision", "device", "screening", "report_link", "report", "tip",
    "published_list", "measure", "gate", "pass", "pass_key", "revocation", "objection", "budget", "batch", "double",
    "photo", "refused", "task", "visit", "contradiction",
    "plan", "closure", "opinion",
})  # fmt: skip
_NO_UUID = "01870000-0000-7000-8000-00000000abcd"
_INVENTED: dict[str, int | str] = {
    "path": "9/9/", "key": "4611686018427387904", "name": "欧阳无名", "device": _NO_UUID, "photo": _NO_UUID,
    "visit": _NO_UUID,
}  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """One request. `path`: route parameter → word of `ids`, where the names differ; "$word" in body and query, too.

    `shows`: an answer within one's own area names people or places of it (which proves that the look for leaks sees
    something). `opened`: the secret in the request opens it, whoever asks. `reveals`: its very purpose is to show what
    is masked elsewhere.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    file: tuple[str, bytes] | None = None
    raw: bytes | None = None
    shows: bool = False
    opened: bool = False
    reveals: bool = False


AREAS = "代码,名称\n330109005001009,新网格\n330109005001,新名\n".encode()
SHAPES = b"""{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "330109005001"},
 "geometry": {"type": "Point", "coordinates": [120.2, 30.2]}}]}"""
LIST = "姓名,电话\n王伟,13800000001\n".encode()
REASON = "核对身份需要"
_CHOSEN = [{"key": "$key", "version": 1}]
_PLAN = {"name": "9", "area": None, "units": 1, "floors": 2, "across": 2}

PUBLIC_KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"  # of RFC 8032, 7.1
CAMPAIGN = {
    "title": "摸排", "kind": "household", "area": "$community", "purpose": "查清返乡人员", "legal_basis": "duty",
    "starts_at": "2090-01-01T08:00:00+08:00", "due_at": "2090-01-03T08:00:00+08:00",
}  # fmt: skip
PAPER = {"kind": "areas", "title": "通告", "area": "$community", "text": "2月1日起 武汉 高风险", "year": 2020}

FRESH = "01870000-0000-4000-8000-00000000feed"  # made by a page
SAID = {"kind": "family", "room": "501", "people": [{"name": "新人"}]}
ORDER = {"code": "resident", "compounds": ["$compound"]}
KIND = {
    "area": "$community", "code": "courier", "zh": "骑手证", "en": "Courier", "holder": "person", "colour": "#123456",
    "quota": 0, "days": 7, "budgeted": False, "at_gate": True,
}  # fmt: skip

ASKS: dict[str, Ask] = {
    # accounts: the door
    "POST /session": Ask(body={"username": "$username", "password": PASSWORD}),
    "POST /session/code": Ask(body={"code": "123456"}),
    "POST /session/passkey": Ask(body={"credential": {}}),
    "POST /welcome/check": Ask(body={"token": "x"}),
    "POST /welcome": Ask(body={"token": "x", "username": "a", "display_name": "a", "password": PASSWORD}),
    "POST /invitation/check": Ask(body={"token": "x"}),
    "POST /invitation": Ask(body={"token": "x", "password": PASSWORD}),
    # one's own account
    "POST /account": Ask(body={"display_name": "新名", "language": "zh"}),
    "POST /account/password": Ask(body={"old": PASSWORD, "new": "another-gate-is-opened"}),
    "POST /account/authenticator": Ask(body={"password": PASSWORD}),
    "POST /account/authenticator/confirm": Ask(body={"code": "123456"}),
    "POST /account/authenticator/remove": Ask(body={"password": PASSWORD}),
    "POST /account/recovery-codes": Ask(body={"password": PASSWORD}),
    "POST /account/passkeys/options": Ask(body={"password": PASSWORD}),
    "POST /account/passkeys": Ask(body={"credential": {}, "name": "钥匙"}),
    "POST /account/passkeys/{passkey}": Ask(path={"passkey": "nonsense"}, body={"name": "钥匙"}),
    "POST /account/passkeys/{passkey}/remove": Ask(path={"passkey": "nonsense"}, body={"password": PASSWORD}),
    # users
    "GET /users": Ask(query={"size": "200"}, shows=True),
    "GET /users/{user}": Ask(shows=True),
    "POST /users": Ask(
        body={
            "username": "xin",
            "display_name": "新",
            "appointment": {"role": "volunteer", "area": "$community"},
        }
    ),
    "GET /users/roles": Ask(query={"area": "$community"}),
    "POST /users/{user}": Ask(body={"version": 1, "display_name": "新名"}),
    "POST /users/{user}/lock": Ask(body={"version": 1, "reason": REASON}),
    "POST /users/{user}/unlock": Ask(body={"version": 1}),
    "POST /users/{user}/reset-second-factor": Ask(body={"version": 1, "reason": REASON}),
    "POST /users/{user}/link": Ask(body={"version": 1}),
    "POST /users/{user}/link/withdraw": Ask(body={"version": 1}),
    "POST /users/{user}/appointments": Ask(
        body={"version": 1, "appointment": {"role": "guard", "area": "$community"}}
    ),
    "POST /users/{user}/appointments/{appointment}/end": Ask(body={"version": 1, "reason": REASON}),
    # the review queue
    "GET /reviews": Ask(query={"size": "200"}, shows=True),
    "GET /reviews/decisions": Ask(shows=True),
    "POST /reviews/next": Ask(body={"skip": []}, shows=True),
    "POST /reviews/{case}/open": Ask(shows=True),
    "POST /reviews/{case}/decision": Ask(body={"verdict": "same", "note": "电话核实"}),
    # saved views
    "POST /views/{screen}": Ask(body={"name": "新", "query": {"sort": "name"}, "path": "$path"}),
    # background work: a colleague's
    "GET /jobs/{number}": Ask(path={"number": "job"}),
    "POST /jobs/{number}/cancel": Ask(path={"number": "job"}),
    # runs
    "GET /runs/{run}/findings": Ask(query={"size": "200"}, shows=True),
    "GET /runs/{run}/findings.csv": Ask(shows=True),
    "GET /runs/{run}/findings/{number}": Ask(path={"number": "finding"}, shows=True),
    "GET /runs/{run}/people": Ask(query={"size": "200"}, shows=True),
    "GET /runs/{run}/people/{person}": Ask(shows=True),
    "POST /runs/{run}/people/{person}/reveal": Ask(body={"reason": REASON}, reveals=True),
    "GET /runs/{run}/places/{place}/tasks": Ask(shows=True),
    "GET /runs/{run}/findings.xlsx": Ask(shows=True),
    # work on findings
    "GET /work/history/{key}": Ask(shows=True),
    "POST /work/assign": Ask(body={"chosen": _CHOSEN, "area": "$community", "note": "请查"}),
    "POST /work/settle": Ask(body={"chosen": _CHOSEN, "state": "done", "note": "查过了，没有问题"}),
    "POST /work/reopen": Ask(body={"chosen": _CHOSEN, "note": "再查"}),
    "POST /work/note": Ask(body={"chosen": _CHOSEN, "note": "打过电话，没人接"}),
    "POST /work/undo": Ask(body={"chosen": _CHOSEN}),
    # phones
    "POST /devices": Ask(
        body={"id": "01870000-0000-7000-8000-000000000001", "name": "手机", "public_key": PUBLIC_KEY}
    ),
    "POST /devices/{device}/withdraw": Ask(body={"reason": REASON}),
    "GET /sync/refused": Ask(query={"size": "200"}),
    "GET /sync/refused/{number}": Ask(path={"number": "refused"}),
    "POST /sync/refused/{number}/retry": Ask(path={"number": "refused"}),
    "POST /sync/files": Ask(body={"format": "lianfang-facts-1", "facts": []}),
    # screening
    "GET /screenings": Ask(shows=True),
    "POST /screenings": Ask(body=CAMPAIGN),
    "GET /screenings/{screening}/tasks": Ask(shows=True),
    "POST /screenings/{screening}/end": Ask(body={"version": 1}),
    "POST /screenings/{screening}/hand": Ask(
        body={"tasks": [{"id": "$task", "version": 1}], "to": None, "reason": REASON}
    ),
    "GET /screenings/{screening}/tasks/{task}": Ask(shows=True),
    "POST /screenings/{screening}/tasks/{task}/reopen": Ask(body={"version": 1, "reason": REASON}),
    "GET /visits": Ask(query={"dwelling": "$dwelling"}, shows=True),
    "POST /visits": Ask(
        body={
            "id": "01870000-0000-7000-8000-00000000beef",
            "at": "2020-02-21T10:00:00+08:00",
            "body": {"door": "$dwelling", "channel": "paper", "outcome": "empty"},
        }
    ),
    "GET /visits/{visit}": Ask(shows=True),
    "GET /contradictions": Ask(shows=True),
    "POST /contradictions/{contradiction}/decide": Ask(body={"holds": {"outcome": "$visit"}}),
    # residents report themselves
    "POST /self-report/open": Ask(body={"token": "$report_token"}, opened=True),
    "POST /self-report/send": Ask(body={"token": "$report_token", "key": FRESH, "said": SAID}),
    "POST /self-report/see": Ask(body={"receipt": "$receipt"}, opened=True),
    "POST /self-report/correct": Ask(body={"receipt": "$receipt", "version": 1, "said": SAID}, opened=True),
    "POST /self-report/withdraw": Ask(body={"receipt": "$receipt", "version": 1}, opened=True),
    "POST /self-report/plans": Ask(body={"token": "$report_token"}, opened=True),
    "POST /self-report/opinions": Ask(
        body={"token": "$report_token", "key": FRESH, "plan": "$asked", "option": "$option", "stance": "for"}
    ),
    "POST /self-report/tip": Ask(body={"token": "$report_token", "key": FRESH, "text": "有人回来"}),
    "GET /self-reports": Ask(shows=True),
    "GET /self-reports/links": Ask(shows=True),
    "POST /self-reports/links": Ask(
        body={
            "compound": "$compound",
            "collector": "居委会",
            "contact": "0571",
            "purpose": "摸排",
            "days": 30,
            "legal_basis": "duty",
            "kept_until": "$next_year",
        }
    ),
    "POST /self-reports/links/{link}/withdraw": Ask(path={"link": "report_link"}, body={"reason": REASON}),
    "POST /self-reports/paper": Ask(body={"link": "$report_link", "key": FRESH, "said": SAID}),
    "GET /self-reports/{report}": Ask(shows=True),
    "POST /self-reports/{report}/decide": Ask(body={"version": 1, "act": "known"}),
    # tips
    "GET /tips": Ask(shows=True),
    "POST /tips": Ask(
        body={
            "tips": [
                {
                    "key": FRESH,
                    "channel": "hotline",
                    "text": "有人回来",
                    "said_at": "2020-02-20T08:00:00Z",
                    "place": {"kind": "compound", "id": "$compound"},
                }
            ]
        }
    ),
    "POST /tips/split": Ask(body={"text": "有人回来"}),
    "POST /tips/export": Ask(body={"filters": {}}, shows=True),
    "GET /tips/{tip}": Ask(shows=True),
    "POST /tips/{tip}/about": Ask(
        body={"version": 1, "what": "place", "place": {"kind": "compound", "id": "$compound"}}
    ),
    "POST /tips/{tip}/assign": Ask(body={"version": 1, "worker": None, "due_at": "$tomorrow"}),
    "POST /tips/{tip}/note": Ask(body={"version": 1, "text": "去看过"}),
    "POST /tips/{tip}/answer": Ask(body={"version": 1, "found": "查过了"}),
    "POST /tips/{tip}/settle": Ask(body={"version": 1, "how": "close", "text": "无需处理"}),
    "POST /tips/{tip}/teller": Ask(body={"reason": REASON}),
    # gates
    "GET /gates/crossings": Ask(shows=True),
    "POST /gates/crossings/{crossing}/reveal": Ask(body={"reason": REASON}),
    "POST /gates/crossings/export": Ask(body={"filters": {}}, shows=True),
    "GET /gates/alerts": Ask(shows=True),
    "POST /gates/alerts/{alert}/acknowledge": Ask(body={"done": REASON}, shows=True),
    # passes
    "GET /passes": Ask(shows=True),
    "POST /passes": Ask(body={"order": ORDER, "others": [{"name": "新人"}]}, shows=True),
    "POST /passes/lists": Ask(body={"order": ORDER, "title": "名单", "table": "姓名\n新人\n"}),
    "POST /passes/print": Ask(body={"passes": ["$pass"]}),
    "GET /passes/{number}": Ask(path={"number": "pass"}, shows=True),
    "POST /passes/{number}/replace": Ask(path={"number": "pass"}, body={"text": REASON}, shows=True),
    "POST /passes/{number}/return": Ask(path={"number": "pass"}, body={"text": REASON}, shows=True),
    "POST /passes/{number}/revoke": Ask(
        path={"number": "pass"}, body={"text": REASON, "reason": "lent", "hours": 24}, shows=True
    ),
    "POST /revocations/{number}/lift": Ask(path={"number": "revocation"}, body={"text": REASON}, shows=True),
    "POST /revocations/{number}/told": Ask(path={"number": "revocation"}, body={"how": "phone"}, shows=True),
    "POST /revocations/{number}/object": Ask(
        path={"number": "revocation"}, body={"text": REASON}, shows=True
    ),
    "GET /objections": Ask(shows=True),
    "POST /objections/{number}/decide": Ask(
        path={"number": "objection"}, body={"version": 1, "verdict": "lifted", "answer": REASON}, shows=True
    ),
    "POST /own-pass/open": Ask(body={"token": "$pass_token"}, opened=True),
    "POST /own-pass/object": Ask(body={"token": "$pass_token", "text": REASON}, opened=True),
    "GET /pass-rules": Ask(query={"area": "$community"}),
    "POST /pass-rules/kinds": Ask(body=KIND),
    "POST /pass-rules/quotas": Ask(
        body={
            "area": "$community",
            "title": "两次",
            "per": "person",
            "window_days": 1,
            "exits": 2,
            "entries": 0,
            "minutes_outside": 0,
        }
    ),
    "POST /pass-rules/retention": Ask(body={"area": "$community", "weeks": 3, "why": REASON}),
    "POST /pass-rules/limits": Ask(
        body={"area": "$community", "objection_hours": 12, "suspend_hours": 4, "revoke_days": 7}
    ),
    "POST /pass-rules/keys": Ask(body={"area": "$community", "days": 30}),
    "POST /pass-rules/keys/{key}/withdraw": Ask(path={"key": "pass_key"}, body={"text": REASON}),
    "POST /pass-rules/keys/{key}/reissue": Ask(path={"key": "pass_key"}),
    "POST /pass-rules/budgets": Ask(
        body={
            "area": "$community",
            "code": "service",
            "first_on": "2090-01-01",
            "last_on": "2090-01-02",
            "allowed": 9,
        }
    ),
    # published lists and measures
    "POST /risk/preview": Ask(body=PAPER),
    "POST /risk/lists": Ask(body=PAPER),
    "GET /risk/lists": Ask(shows=True),
    "GET /risk/lists/{published_list}": Ask(shows=True),
    "POST /risk/lists/{published_list}/withdraw": Ask(body={"reason": "发布单位已更正"}),
    "GET /risk/areas": Ask(query={"day": "2020-02-20"}),
    "GET /risk/history": Ask(query={"named": "武汉", "until": "2020-02-20"}),
    "GET /measures": Ask(shows=True),
    "POST /measures/decide": Ask(
        body={"chosen": [{"id": "$measure", "version": 1}], "verdict": "confirmed"}, shows=True
    ),
    # people
    "POST /search": Ask(body={"text": "$name"}, shows=True),
    "GET /changes/people": Ask(query={"kind": "person.new"}),
    "GET /people": Ask(query={"size": "200"}, shows=True),
    "POST /people/export": Ask(body={"columns": ["name", "id_number", "phone"]}, shows=True),
    "GET /people/{uid}": Ask(shows=True),
    "POST /people/{uid}/reveal": Ask(body={"reason": REASON}, reveals=True),
    "POST /people/{uid}/print": Ask(body={"reason": REASON}),
    "POST /people/{uid}/patches": Ask(
        body={"field": "employer", "value": "滨江小学", "reason": REASON, "base": "$base"}
    ),
    # lists
    "GET /imports/{number}": Ask(path={"number": "import"}),
    "POST /imports/{number}/files": Ask(path={"number": "import"}, query={"name": "a.csv"}, raw=LIST),
    "POST /imports/{number}/files/{file}": Ask(
        path={"number": "import"}, body={"revision": 1, "purpose": "摸排"}
    ),
    "DELETE /imports/{number}/files/{file}": Ask(path={"number": "import"}),
    "POST /imports/{number}/check": Ask(path={"number": "import"}),
    "POST /imports/{number}/apply": Ask(path={"number": "import"}),
    "POST /imports/{number}/cancel": Ask(path={"number": "import"}),
    "POST /imports/{number}/discard": Ask(path={"number": "import"}),
    "POST /lists/renewal": Ask(body={"taught": False}),
    "POST /lists/{number}/ground": Ask(
        path={"number": "live"},
        body={"revision": 1, "legal_basis": "duty", "purpose": "摸排", "expires_on": "2099-12-31"},
    ),
    "POST /lists/{number}/withdraw": Ask(path={"number": "live"}, body={"reason": REASON}),
    # access tokens: one's own
    "POST /tokens": Ask(body={"name": "报表", "permissions": ["area.view"], "days": 7}),
    "POST /tokens/{number}/revoke": Ask(path={"number": "token"}),
    # territory
    "POST /areas": Ask(body={"parent": "$community", "code": "330109005001009", "name": "新网格"}),
    "POST /areas/import": Ask(file=("areas.csv", AREAS)),
    "POST /areas/shapes": Ask(file=("map.geojson", SHAPES)),
    "POST /areas/{area}/rename": Ask(body={"name": "新名", "version": 1}),
    "POST /areas/{area}/move": Ask(body={"parent": "$community", "code": "330109005001009", "version": 1}),
    "POST /areas/{area}/remove": Ask(path={"area": "spare"}, body={"version": 1}),
    # places
    "GET /places/compounds": Ask(shows=True),
    "POST /places/compounds": Ask(body={"area": "$area", "name": "新小区"}),
    "GET /places/compounds/{compound}": Ask(shows=True),
    "POST /places/compounds/{compound}": Ask(body={"name": "新名", "version": 1}),
    "POST /places/compounds/{compound}/buildings": Ask(body={**_PLAN, "area": "$area"}),
    "POST /places/compounds/{compound}/gates": Ask(body={"name": "新门", "point": [120.2, 30.2]}),
    "POST /places/gates/{gate}": Ask(body={"name": "新门", "version": 1}),
    "POST /places/gates/{gate}/remove": Ask(body={"version": 1}),
    # gate plans
    "GET /gate-plans": Ask(shows=True),
    "POST /gate-plans": Ask(body={"compound": "$compound", "title": "春季"}, shows=True),
    "GET /gate-plans/closures": Ask(shows=True),
    "POST /gate-plans/gates/{gate}/close": Ask(
        path={"gate": "free_gate"},
        body={"version": 1, "reason": "works", "text": REASON, "review_on": "$next_week"},
        shows=True,
    ),
    "POST /gate-plans/gates/{gate}/open": Ask(
        path={"gate": "shut_gate"}, body={"version": 1, "text": REASON}
    ),
    "POST /gate-plans/closures/{closure}/reopen": Ask(body={"version": 1, "text": REASON}, shows=True),
    "POST /gate-plans/closures/{closure}/review": Ask(
        body={"version": 1, "text": REASON, "review_on": "$next_week"}, shows=True
    ),
    "GET /gate-plans/grounds/{compound}": Ask(shows=True),
    "POST /gate-plans/grounds/{compound}": Ask(
        body={"digest": "$digest", "gates": [], "buildings": [], "paths": []}, shows=True
    ),
    "POST /gate-plans/grounds/{compound}/import": Ask(file=("map.geojson", SHAPES)),
    "GET /gate-plans/grounds/{compound}/map.geojson": Ask(shows=True),
    "GET /gate-plans/{plan}": Ask(shows=True),
    "POST /gate-plans/{plan}": Ask(
        body={"version": 3, "title": "夏季", "terms": {}, "gates": {}}, shows=True
    ),
    "POST /gate-plans/{plan}/reckon": Ask(body={"version": 3}, shows=True),
    "POST /gate-plans/{plan}/ask": Ask(body={"version": 3, "until": "$next_week"}, shows=True),
    "POST /gate-plans/{plan}/decide": Ask(
        body={
            "version": 3,
            "option": "$option",
            "reason": "staff",
            "text": REASON,
            "review_on": "$next_week",
        },
        shows=True,
    ),
    "POST /gate-plans/{plan}/end": Ask(body={"version": 3, "text": REASON}, shows=True),
    "GET /gate-plans/{plan}/opinions": Ask(shows=True),
    "POST /gate-plans/{plan}/opinions": Ask(body={"option": "$option", "stance": "for", "channel": "paper"}),
    "GET /places/buildings/{building}": Ask(shows=True),
    "GET /places/dwellings/{dwelling}": Ask(shows=True),
    "POST /places/dwellings/{dwelling}": Ask(body={"exists": False}),
}
_PLAIN = Ask()


def _in_days(days: int) -> str:
    return (clock.now() + timedelta(days=days)).isoformat()


def ids_of(one: Somebody, town: Town) -> dict[str, int | str]:
    """What the words of requests.py mean when this one asks."""
    fixed: dict[str, int | str] = {
        "screen": "people",
        "nonsense": NONSENSE,
        "tomorrow": _in_days(1),
        "next_year": _in_days(366)[:10],
        "next_week": _in_days(7)[:10],
        "username": "nobody",
    }
    return {**fixed, **town.here.ids, **one.ids}


def asked_for(route: str) -> frozenset[str]:
    """The words of `ids` that the request names."""
    ask = ASKS.get(route, _PLAIN)
    found = {ask.path.get(name, name) for name in parameters_of(route)}
    return frozenset(found | set(_words(ask.body)) | set(_words(dict(ask.query))))


def _words(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [word for one in value.values() for word in _words(one)]
    if isinstance(value, list):
        return [word for one in value for word in _words(one)]
    return [value[1:]] if isinstance(value, str) and value.startswith("$") else []


def asks_for_something_hidden(route: str) -> bool:
    return bool(asked_for(route) & HIDDEN)


def nonsense(route: str, ids: Mapping[str, int | str]) -> dict[str, int | str]:
    """`ids` with numbers that nothing has, for everything hidden that the route asks for."""
    hidden = asked_for(route) & HIDDEN
    return {**ids, **{word: _INVENTED.get(word, NONSENSE) for word in hidden}}


def parameters_of(route: str) -> list[str]:
    return [part[1:-1] for part in route.split("/") if part.startswith("{")]


def path_ids_of(route: str, ids: Mapping[str, int | str]) -> dict[str, int | str]:
    """What stands for the parameters of the route's path."""
    ask = ASKS.get(route, _PLAIN)
    return {name: ids[ask.path.get(name, name)] for name in parameters_of(route)}


def address_of(route: str, ids: Mapping[str, int | str], **instead: str) -> str:
    """The address of a route with its query; `instead`: what stands in a parameter's place."""
    ask = ASKS.get(route, _PLAIN)
    chosen = {**path_ids_of(route, ids), **instead}
    path = route.partition(" ")[2].split("/")
    parts = [str(chosen[part[1:-1]]) if part.startswith("{") else part for part in path]
    query = "&".join(f"{name}={_filled(value, ids)}" for name, value in ask.query.items())
    return f"/api{'/'.join(parts)}" + (f"?{query}" if query else "")


def body_of(route: str, ids: Mapping[str, int | str]) -> Any:
    """The JSON body of a route; {} where it has none."""
    body = ASKS.get(route, _PLAIN).body
    return {} if body is None else _filled(body, ids)


def send(browser: Client, route: str, ids: Mapping[str, int | str]) -> HttpResponseBase:
    """Ask as `browser`; `ids` says what the words mean."""
    ask, address = ASKS.get(route, _PLAIN), address_of(route, ids)
    if ask.file:
        return browser.post(address, {"file": SimpleUploadedFile(*ask.file)})
    if ask.raw is not None:
        return browser.post(address, ask.raw, content_type="application/octet-stream")
    if route.startswith("POST "):
        return browser.post(address, body_of(route, ids), content_type="application/json")
    return browser.generic(route.partition(" ")[0], address)


def _filled(value: Any, ids: Mapping[str, int | str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _filled(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, ids) for one in value]
    return ids[value[1:]] if isinstance(value, str) and value.startswith("$") else value
