"""Attacks on passes: what the shared vectors say, one bit anywhere, a hundred thousand mutations; and other tools."""

import json
import random
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lianfang.gates.passcode import (
    Asked,
    Pass,
    RefusedError,
    Trust,
    TrustedKey,
    base45,
    cbor,
    claims,
    judge,
    open_pass,
    open_revocations,
    open_since,
    renewed,
)
from lianfang.gates.passcode.tests import vectors as made

ROOT = Path(__file__).parents[5]
VECTORS = json.loads((ROOT / "contracts" / "vectors" / "passes.json").read_text("utf-8"))
TRUST = Trust([TrustedKey(**{**key, "public": bytes.fromhex(key["public"])}) for key in VECTORS["trust"]])
LISTS = {
    name: open_revocations(bytes.fromhex(data), TRUST)
    for name, data in VECTORS["revocations"]["good"].items()
}
CODE = VECTORS["opened"][0]["text"]


def named(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


def test_the_vectors_are_those_of_this_code() -> None:
    assert json.loads(json.dumps(made.vectors())) == VECTORS


@pytest.mark.parametrize("case", named(VECTORS["opened"]))
def test_a_right_pass_opens(case: dict[str, Any]) -> None:
    assert made.as_data(open_pass(case["text"], TRUST)) == case["pass"]
    assert len(case["text"]) <= 221  # of a QR code of version 8, level M


@pytest.mark.parametrize("case", named(VECTORS["refused"]))
def test_a_wrong_one_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        open_pass(case["text"], TRUST)
    assert refused.value.refusal == case["refusal"]


@pytest.mark.parametrize("case", named(VECTORS["standings"]))
def test_what_a_pass_counts_for(case: dict[str, Any]) -> None:
    asked = dict(case["asked"])
    known = LISTS[asked.pop("list")] if asked["list"] else asked.pop("list")
    suspended = {bytes.fromhex(serial): until for serial, until in asked.pop("suspended").items()}
    standing = judge(open_pass(case["text"], TRUST), Asked(**asked, revocations=known, suspended=suspended))
    assert (standing.refusal, standing.unsure) == (case["refusal"], case["unsure"])


@pytest.mark.parametrize("case", named(VECTORS["revocations"]["bad"]))
def test_a_wrong_list_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        open_revocations(bytes.fromhex(case["hex"]), TRUST)
    assert refused.value.refusal == case["refusal"]


@pytest.mark.parametrize("case", named(VECTORS["increments"]))
def test_what_has_changed_makes_the_list_of_now(case: dict[str, Any]) -> None:
    if "refusal" in case:
        with pytest.raises(RefusedError) as refused:
            renewed(LISTS["revoked"], open_since(bytes.fromhex(case["hex"]), TRUST))
        assert refused.value.refusal == case["refusal"]
        return
    now = renewed(LISTS["revoked"], open_since(bytes.fromhex(case["hex"]), TRUST))
    assert (now.number, now.made) == (case["number"], case["made"])
    assert sorted(one.hex() for one in now.serials) == case["serials"]


def test_no_bit_can_be_altered() -> None:
    data = base45.decode(CODE[4:])
    for bit in range(8 * len(data)):
        altered = bytearray(data)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(RefusedError):
            open_pass(f"LF1:{base45.encode(bytes(altered))}", TRUST)


def test_no_character_can_be_altered() -> None:
    for at in range(4, len(CODE)):
        for letter in base45.ALPHABET:
            if letter != CODE[at]:
                with pytest.raises(RefusedError):
                    open_pass(CODE[:at] + letter + CODE[at + 1 :], TRUST)


def mutated(rng: random.Random, sources: list[bytes]) -> bytes:
    """One to three random changes: a byte replaced, put in, taken out, a part repeated, two passes crossed."""
    data = bytearray(rng.choice(sources))
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0 if at < len(data):
                data[at] = rng.randrange(256)
            case 1:
                data.insert(at, rng.randrange(256))
            case 2:
                del data[at : at + rng.randint(1, 8)]
            case 3:
                data[at:at] = data[at : at + rng.randint(1, 16)]
            case _:
                data = data[:at] + bytearray(rng.choice(sources))[at:]
        data = data or bytearray(b"\x00")
    return bytes(data)


def test_a_hundred_thousand_mutations() -> None:
    rng = random.Random(20200224)
    sources = [base45.decode(case["text"][4:]) for case in VECTORS["opened"]]
    tried = 0
    while tried < 100_000:
        data = mutated(rng, sources)
        if data in sources:
            continue
        tried += 1
        with pytest.raises(RefusedError):
            open_pass(f"LF1:{base45.encode(data)}", TRUST)


def test_a_pass_too_long_for_its_code_is_not_made() -> None:
    gates = tuple(range(10**6, 10**6 + 9))
    with pytest.raises(ValueError, match="bytes"):
        claims.encode(Pass(bytes(8), "330109", 1, 1, gates, 0, 1, "王*明"))


@pytest.mark.parametrize(
    "change", [{"serial": b"short"}, {"area": "云滨"}, {"expires": 0}, {"kind": -1}, {"name": "a\tb"}]
)
def test_a_pass_that_nobody_could_read_is_not_made(change: dict[str, Any]) -> None:
    right = {
        "serial": bytes(8),
        "area": "330109",
        "kind": 1,
        "quota": 1,
        "gates": (),
        "not_before": 0,
        "expires": 1,
    }
    with pytest.raises((ValueError, RefusedError)):
        claims.encode(Pass(**{**right, "name": "王*明", **change}))


def test_numbers_beyond_what_both_twins_count_are_not_written() -> None:
    assert cbor.decode(cbor.encode(1 << 53)) == 1 << 53
    with pytest.raises(ValueError, match="2\\^53"):
        cbor.encode((1 << 53) + 1)


def test_another_reader_of_cbor_and_cose_agrees() -> None:
    """RFC 9052 and RFC 8392 by a library that knows nothing of ours."""
    tag = cbor2.loads(base45.decode(CODE[4:]))
    protected, unprotected, payload, signature = tag.value
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    Ed25519PublicKey.from_public_bytes(made.OURS.public).verify(signature, signed)
    assert (tag.tag, unprotected) == (18, {})
    assert cbor2.loads(protected) == {1: -8, 4: made.OURS.id}
    assert cbor2.loads(payload) == {
        1: made.PASS.area,
        4: made.PASS.expires,
        5: made.PASS.not_before,
        7: made.PASS.serial,
        -65537: [made.PASS.kind, made.PASS.quota, list(made.PASS.gates), made.PASS.name],
    }
    assert cbor2.dumps(cbor2.loads(payload), canonical=True) == payload
