"""Makes contracts/vectors/passes.json: what both twins must answer.

PYTHONPATH=src python -m lianfang.gates.passcode.tests.vectors > contracts/vectors/passes.json
"""

import json
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lianfang.gates.passcode import base45, cbor, claims
from lianfang.gates.passcode.check import LONGEST
from lianfang.gates.passcode.envelope import EMPTY_MAP, TAG_SIGN1, protect, seal, to_be_signed, unseal
from lianfang.gates.passcode.revocations import INCREMENT, PURPOSE, Since, sign_revocations, sign_since
from lianfang.gates.passcode.signing import PREFIX, SigningKey, sign, sign_pass

DAY = 86_400
NOON = 1_582_545_600  # 2020-02-24 12:00 UTC
AREA = "330109005"


def key(seed: int) -> SigningKey:
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


OURS, NEXT, STOLEN, ELSEWHERE, THEIRS = (key(seed) for seed in range(1, 6))
PASS = claims.Pass(
    serial=bytes.fromhex("0102030405060708"),
    area=AREA,
    kind=1,
    quota=2,
    gates=(17, 18),
    not_before=NOON - DAY,
    expires=NOON + 13 * DAY,
    name="王*明",
)
REPLACED = replace(PASS, serial=bytes.fromhex("1112131415161718"))


def trusted(signer: SigningKey, area: str = "330109", **more: Any) -> dict[str, Any]:
    known = {"public": signer.public.hex(), "area": area, "since": NOON - 30 * DAY, "until": NOON + 30 * DAY}
    return {**known, "withdrawn": False, **more}


TRUST = [
    trusted(OURS),
    trusted(NEXT, since=NOON + DAY, until=NOON + 60 * DAY),
    trusted(STOLEN, withdrawn=True),
    trusted(ELSEWHERE, area="420100"),
]


def text(data: bytes) -> str:
    return PREFIX + base45.encode(data)


def signed(payload: bytes, *, protected: bytes | None = None, signer: SigningKey = OURS) -> bytes:
    """COSE_Sign1 with any header and payload, rightly signed."""
    header = protect(signer.id) if protected is None else protected
    return seal(header, payload, signer.private.sign(to_be_signed(header, payload, b"")))


def said(**changes: Any) -> bytes:
    """The claims of PASS with others in their place; None leaves one out."""
    names = {"iss": claims.ISSUER, "exp": claims.EXPIRES, "nbf": claims.NOT_BEFORE, "cti": claims.SERIAL}
    now: dict[int, Any] = {
        claims.ISSUER: PASS.area,
        claims.EXPIRES: PASS.expires,
        claims.NOT_BEFORE: PASS.not_before,
        claims.SERIAL: PASS.serial,
        claims.OURS: [PASS.kind, PASS.quota, list(PASS.gates), PASS.name],
    }
    now.update({names.get(name, claims.OURS): value for name, value in changes.items()})
    return cbor.encode({name: value for name, value in now.items() if value is not None})


def right() -> dict[str, str]:
    """Texts that open."""
    vehicle = replace(PASS, plate="浙A12345", gates=())
    longest = replace(PASS, area="330109005001001", gates=tuple(range(1, 9)), name="阿*", quota=255)
    after = replace(PASS, not_before=NOON + 2 * DAY)
    return {
        "a resident's pass": sign_pass(OURS, PASS),
        "its replacement": sign_pass(OURS, REPLACED),
        "a vehicle at every gate of the area": sign_pass(OURS, vehicle),
        "as long as it gets": sign_pass(OURS, longest),
        "the next key": sign_pass(NEXT, after),
    }


def forged_signatures() -> dict[str, tuple[str, str]]:
    payload, good = claims.encode(PASS), unseal(signed(claims.encode(PASS)))
    other_algorithm = cbor.encode({1: -7, 4: OURS.id})
    none = cbor.encode({4: OURS.id})
    symmetric = cbor.encode({1: 5, 4: OURS.id})
    borrowed = seal(
        protect(OURS.id), payload, THEIRS.private.sign(to_be_signed(protect(OURS.id), payload, b""))
    )
    return {
        "another algorithm": (text(signed(payload, protected=other_algorithm)), "algorithm"),
        "no algorithm": (text(signed(payload, protected=none)), "algorithm"),
        "a message authentication code": (text(signed(payload, protected=symmetric)), "algorithm"),
        "no signature": (text(seal(good.protected, payload, b"")), "algorithm"),
        "half a signature": (text(seal(good.protected, payload, good.signature[:32])), "algorithm"),
        "a signature of zeros": (text(seal(good.protected, payload, bytes(64))), "signature"),
        "another key under our key's id": (text(borrowed), "signature"),
        "another pass's signature": (
            text(seal(good.protected, claims.encode(REPLACED), good.signature)),
            "signature",
        ),
        "a key nobody knows": (sign_pass(THEIRS, PASS), "unknown_key"),
        "a stolen key": (sign_pass(STOLEN, PASS), "withdrawn_key"),
        "a key of another town": (sign_pass(ELSEWHERE, PASS), "key_elsewhere"),
        "a key before its time": (sign_pass(NEXT, PASS), "key_elsewhere"),
        "a list of revocations": (text(sign_revocations(OURS, AREA, NOON, [PASS.serial], 7)), "signature"),
        "a list's purpose": (text(sign(OURS, payload, PURPOSE)), "signature"),
    }


def other_texts() -> dict[str, tuple[str, str]]:
    """No pass at all, or one whose text is broken."""
    whole = signed(claims.encode(PASS))
    return {
        "another prefix": ("HC1:" + base45.encode(whole), "no_pass"),
        "a small prefix": ("lf1:" + base45.encode(whole), "no_pass"),
        "nothing": ("", "no_pass"),
        "a shop's address": ("https://example.org/menu", "no_pass"),
        "only the prefix": (PREFIX, "unreadable"),
        "small letters": (PREFIX + base45.encode(whole).lower(), "unreadable"),
        "a blank behind": (text(whole) + " ", "unreadable"),
        "a letter that base45 has not": (text(whole)[:-1] + "_", "unreadable"),
        "a group beyond 65535": (PREFIX + ":::" + base45.encode(whole)[3:], "unreadable"),
        "cut in half": (text(whole[: len(whole) // 2]), "unreadable"),
        "one byte short": (text(whole[:-1]), "unreadable"),
        "one byte more": (text(whole + b"\x00"), "unreadable"),
        "too long": (PREFIX + "0" * LONGEST, "too_long"),
    }


def other_envelopes() -> dict[str, tuple[str, str]]:
    """The same content in another envelope."""
    payload = claims.encode(PASS)
    whole, good = signed(payload), unseal(signed(payload))
    loose = whole.replace(bytes([EMPTY_MAP]) + b"\x58", b"\xa1\x01\x27\x58", 1)
    third = protect(OURS.id).replace(b"\xa2", b"\xa3", 1) + b"\x05\x01"
    many = bytes([TAG_SIGN1, 0x9A, 0xFF, 0xFF, 0xFF, 0xFF])
    deep = b"\x81" * 40 + b"\x01"
    cases = {
        "no tag": whole[1:],
        "the tag in two bytes": b"\xd8\x12" + whole[1:],
        "a header outside the signature": loose,
        "a third header": signed(payload, protected=third),
        "a long key id": signed(payload, protected=cbor.encode({1: -8, 4: OURS.id + b"x"})),
        "the array in two bytes": bytes([TAG_SIGN1, 0x98, 4]) + whole[2:],
        "an array without an end": bytes([TAG_SIGN1, 0x9F]) + whole[2:] + b"\xff",
        "a count that lies": many + whole[2:],
        "nested": signed(payload, protected=deep),
    }
    inside = text(seal(good.protected, whole[:40], good.signature))
    return {
        **{name: (text(data), "unreadable") for name, data in cases.items()},
        "a pass inside a pass": (inside, "signature"),
    }


def other_payloads() -> dict[str, tuple[str, str]]:
    """Rightly signed, but not in the one form, or no claims."""
    payload = claims.encode(PASS)
    cases = {
        "a serial stated twice": bytes([0xA6]) + payload[1:] + cbor.encode(7) + cbor.encode(PASS.serial),
        "claims in another order": _reversed(payload),
        "a number in too many bytes": payload.replace(b"\x01\x02\x82", b"\x18\x01\x02\x82", 1),
        "a float": b"\xf9\x00\x00",
        "nothing": b"",
        "nested without end": b"\x81" * 60 + b"\x01",
    }
    others: dict[str, cbor.Value] = {
        "a payload that is no map": [1, 2],
        "nothing but a text": "王明",
        "nested claims": [[1]],
    }
    return {
        **{f"payload: {name}": (text(signed(data)), "unreadable") for name, data in cases.items()},
        **{name: (text(signed(cbor.encode(said_))), "claims") for name, said_ in others.items()},
    }


def _reversed(payload: bytes) -> bytes:
    pairs = [(cbor.encode(k), cbor.encode(v)) for k, v in _map(payload).items()]
    return payload[:1] + b"".join(k + v for k, v in reversed(pairs))


def _map(payload: bytes) -> dict[int, Any]:
    found = cbor.decode(payload)
    assert isinstance(found, dict)
    return found


def other_claims() -> dict[str, tuple[str, str]]:
    """Rightly signed, and nothing that a pass may say."""
    ours = [PASS.kind, PASS.quota, list(PASS.gates), PASS.name]
    cases = {
        "no end": said(exp=None),
        "no serial": said(cti=None),
        "a short serial": said(cti=b"1234567"),
        "a serial that is a text": said(cti="12345678"),
        "an end before the beginning": said(exp=PASS.not_before),
        "an end after the year 9999": said(exp=claims.LAST + 1),
        "a time before 1970": said(nbf=-1),
        "a time that is a text": said(nbf="1"),
        "an area in words": said(iss="云滨街道"),
        "no area": said(iss=""),
        "an area that is a number": said(iss=330109005),
        "a kind of 256": said(ours=[256, *ours[1:]]),
        "a kind that is a text": said(ours=["1", *ours[1:]]),
        "gates out of order": said(ours=[1, 2, [18, 17], PASS.name]),
        "a gate twice": said(ours=[1, 2, [17, 17], PASS.name]),
        "a gate below nought": said(ours=[1, 2, [-1], PASS.name]),
        "gates that are a number": said(ours=[1, 2, 17, PASS.name]),
        "a name of control characters": said(ours=[1, 2, [17], "王\n明"]),
        "too long a name": said(ours=[1, 2, [], "王" * 9]),
        "a name that is bytes": said(ours=[1, 2, [], b"wang"]),
        "an empty plate": said(ours=[*ours, ""]),
        "something behind the plate": said(ours=[*ours, "浙A1", 1]),
        "one thing short": said(ours=ours[:3]),
        "an ID number in a claim of its own": cbor.encode({**_map(claims.encode(PASS)), 8: "x"}),
    }
    return {name: (text(signed(payload)), "claims") for name, payload in cases.items()}


def standings() -> list[dict[str, Any]]:
    """A pass at a gate, and whether it counts there."""
    asked = {"gate": 17, "area": AREA + "001", "now": NOON, "list": "fresh", "suspended": {}, "compound": 0}
    cases: list[tuple[str, str, dict[str, Any], str | None, bool]] = [
        ("counts", "a resident's pass", {}, None, False),
        ("another gate", "a resident's pass", {"gate": 19}, "other_gate", False),
        ("before it begins", "a resident's pass", {"now": PASS.not_before - 1}, "not_yet", True),
        ("its first second", "a resident's pass", {"now": PASS.not_before}, None, False),
        ("its last second", "a resident's pass", {"now": PASS.expires - 1, "list": "late"}, None, False),
        ("over", "a resident's pass", {"now": PASS.expires, "list": "late"}, "expired", False),
        ("the list is old", "a resident's pass", {"now": NOON + 3 * DAY}, None, True),
        ("no list at all", "a resident's pass", {"list": None}, None, True),
        ("revoked", "a resident's pass", {"list": "revoked"}, "revoked", False),
        ("revoked and old", "a resident's pass", {"list": "revoked", "now": NOON + 3 * DAY}, "revoked", True),
        ("the replacement of a revoked one", "its replacement", {"list": "revoked"}, None, False),
        ("suspended", "a resident's pass", {"suspended": {PASS.serial.hex(): NOON + 1}}, "suspended", False),
        ("suspended until now", "a resident's pass", {"suspended": {PASS.serial.hex(): NOON}}, None, False),
        ("any gate of the area", "a vehicle at every gate of the area", {"gate": 99}, None, False),
        ("its compound", "a resident's pass", {"gate": 99, "compound": 18}, None, False),
        ("another compound", "a resident's pass", {"gate": 99, "compound": 20}, "other_gate", False),
        ("another area", "a vehicle at every gate of the area", {"area": "330109006"}, "other_gate", False),
    ]
    return [
        {
            "name": name,
            "text": right()[text_],
            "asked": {**asked, **more},
            "refusal": refusal,
            "unsure": unsure,
        }
        for name, text_, more, refusal, unsure in cases
    ]


def lists() -> dict[str, Any]:
    """Lists of revocations by name: as hex, with what opening them says."""
    good = {
        "fresh": sign_revocations(OURS, AREA, NOON, [], 6),
        "late": sign_revocations(OURS, AREA, PASS.expires, [], 6),
        "revoked": sign_revocations(OURS, AREA, NOON, [PASS.serial, bytes(8)], 7),
    }
    bad = {
        "signed by a stranger": (sign_revocations(THEIRS, AREA, NOON, [], 6), "unknown_key"),
        "signed by a stolen key": (sign_revocations(STOLEN, AREA, NOON, [], 6), "withdrawn_key"),
        "signed as a pass": (sign(OURS, cbor.encode({1: AREA, 2: NOON, 3: b"", 4: 6})), "signature"),
        "of another town": (sign_revocations(OURS, "420100", NOON, [], 6), "claims"),
        "half a serial": (sign(OURS, cbor.encode({1: AREA, 2: NOON, 3: b"1234", 4: 6}), PURPOSE), "claims"),
        "without a number": (sign(OURS, cbor.encode({1: AREA, 2: NOON, 3: b""}), PURPOSE), "claims"),
        "a number below 0": (sign(OURS, cbor.encode({1: AREA, 2: NOON, 3: b"", 4: -1}), PURPOSE), "claims"),
        "what has changed": (sign_since(OURS, SINCE), "signature"),
        "cut short": (good["revoked"][:-1], "unreadable"),
    }
    return {
        "good": {name: data.hex() for name, data in good.items()},
        "bad": [
            {"name": name, "hex": data.hex(), "refusal": refusal} for name, (data, refusal) in bad.items()
        ],
    }


SINCE = Since(AREA, NOON + 60, 9, 7, frozenset([REPLACED.serial]), frozenset([bytes(8)]))


def increments() -> list[dict[str, Any]]:
    """What has changed since the list "revoked" (number 7): as hex, with the list that it makes, or the refusal."""
    serials = sorted(one.hex() for one in (PASS.serial, REPLACED.serial))
    same = sorted(one.hex() for one in (PASS.serial, bytes(8)))
    nothing: frozenset[bytes] = frozenset()
    whole: dict[int, cbor.Value] = {1: AREA, 2: NOON, 3: b"", 4: 9, 5: 7, 6: b""}
    good = {
        "one more and one less": (SINCE, serials, 9),
        "nothing but the age": (Since(AREA, NOON + 60, 7, 7, nothing, nothing), same, 7),
    }
    bad = {
        "of another list": (sign_since(OURS, replace(SINCE, base=6)), "claims"),
        "going back": (sign_since(OURS, replace(SINCE, number=6)), "claims"),
        "of another area": (sign_since(OURS, replace(SINCE, area="330109006")), "claims"),
        "of another town": (sign_since(OURS, replace(SINCE, area="420100")), "claims"),
        "signed by a stranger": (sign_since(THEIRS, SINCE), "unknown_key"),
        "signed by a stolen key": (sign_since(STOLEN, SINCE), "withdrawn_key"),
        "a whole list": (sign_revocations(OURS, AREA, NOON, [], 7), "signature"),
        "without what is gone": (
            sign(OURS, cbor.encode({name: one for name, one in whole.items() if name != 6}), INCREMENT), "claims",
        ),
        "half a serial": (sign(OURS, cbor.encode({**whole, 6: b"1234"}), INCREMENT), "claims"),
    }  # fmt: skip
    told: list[dict[str, Any]] = [
        {
            "name": name,
            "hex": sign_since(OURS, one).hex(),
            "serials": then,
            "number": number,
            "made": one.made,
        }
        for name, (one, then, number) in good.items()
    ]
    return told + [
        {"name": name, "hex": data.hex(), "refusal": refusal} for name, (data, refusal) in bad.items()
    ]


def as_data(pass_: claims.Pass) -> dict[str, Any]:
    return {**vars(pass_), "serial": pass_.serial.hex(), "gates": list(pass_.gates)}


def vectors() -> dict[str, Any]:
    """Everything, in a fixed order."""
    opened = [
        {"name": name, "text": code, "pass": as_data(claims.decode(unseal(base45.decode(code[4:])).payload))}
        for name, code in right().items()
    ]
    refused = {
        **forged_signatures(),
        **other_texts(),
        **other_envelopes(),
        **other_payloads(),
        **other_claims(),
    }
    return {
        "trust": TRUST,
        "opened": opened,
        "refused": [{"name": name, "text": code, "refusal": why} for name, (code, why) in refused.items()],
        "standings": standings(),
        "revocations": lists(),
        "increments": increments(),
    }


if __name__ == "__main__":
    print(json.dumps(vectors(), ensure_ascii=False, indent=1))
