"""How offices write down what they hear, see or copy: names, ID numbers and phones with their errors."""

import numpy as np
from numpy.typing import NDArray

from outsideworld import characters
from outsideworld.characters import RARE, Codes, codes, sounds
from outsideworld.documents import Bytes
from outsideworld.kinship import Ints
from outsideworld.people import Town
from outsideworld.rates import IdRates, NameRates, PhoneRates

Texts = NDArray[np.str_]
Bools = NDArray[np.bool_]
RARE_SOUNDS = ("yun zhe kun chong di yi ben yao yi yu jun jing chang yue hua xuan ning qi").split()  # noqa: SIM905 -- reads better so
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def as_text(digits: Bytes) -> Texts:
    """Rows of ASCII bytes as strings; trailing zero bytes fall away."""
    flat = np.ascontiguousarray(digits)
    return flat.view(f"S{flat.shape[1]}").ravel().astype(f"U{flat.shape[1]}")


def misheard(rng: np.random.Generator, name: Codes, rates: NameRates) -> Codes:
    """Names with homophones, near homophones, lost and traditional characters; a new matrix."""
    out = name.copy()
    same, near, surnames = sounds()
    n = len(out)
    at = np.where(rng.random(n) < 0.16, 0, np.where((out[:, 3] > 0) & (rng.random(n) < 0.6), 3, 2))
    draw = rng.random(n)
    for table, low, high in (
        (same, 0.0, rates.homophone),
        (near, rates.homophone, rates.homophone + rates.near),
    ):
        rows = np.flatnonzero((draw >= low) & (draw < high))
        column = at[rows]
        given, family = rows[column > 0], rows[column == 0]
        out[given, at[given]] = table.other(rng, out[given, at[given]])
        out[family, 0] = surnames.other(rng, out[family, 0])
    lost = (rng.random(n) < rates.dropped) & (out[:, 3] > 0)
    out[lost, 3] = 0
    old = rng.random(n) < rates.traditional
    out[old] = characters.traditional()[out[old]]
    return out


def write_names(rng: np.random.Generator, town: Town, who: Ints, rates: NameRates) -> Texts:
    """The people's names as this office writes them, shape (len(who),)."""
    matrix = misheard(rng, town.name[who], rates)
    names = characters.text(matrix).astype("U40")
    rare = np.flatnonzero(
        np.isin(matrix[:, 2:], codes(RARE)).any(axis=1) & (rng.random(len(who)) < rates.rare_lost)
    )
    for row in rare.tolist():
        names[row] = _without_rare(rng, str(names[row]))
    for row in np.flatnonzero(rng.random(len(who)) < rates.spaced).tolist():
        if len(names[row]) == 2:
            names[row] = f"{names[row][0]} {names[row][1]}"
    for row in np.flatnonzero(np.isin(who, list(town.special))).tolist():
        spellings = town.special[int(who[row])][0]
        names[row] = spellings[min(int(rng.exponential(0.9)), len(spellings) - 1)]
    return names


def _without_rare(rng: np.random.Generator, name: str) -> str:
    pinyin = dict(zip(RARE, RARE_SOUNDS, strict=True))
    out = ""
    for char in name:
        if char not in RARE:
            out += char
        elif rng.random() < 0.6:
            out += pinyin[char].upper() if rng.random() < 0.5 else pinyin[char]
        else:
            out += chr(int(sounds()[0].other(rng, codes(char))[0]))
    return out


def write_ids(rng: np.random.Generator, town: Town, who: Ints, rates: IdRates) -> Texts:
    """The people's document numbers as this office writes them; "" where missing."""
    n = len(who)
    digits = town.identity[who]
    rows = np.arange(n)
    draw = rng.random(n)
    wrong = np.flatnonzero(draw < rates.digit)
    at = rng.integers(0, 17, n)
    digits[wrong, at[wrong]] = 48 + (digits[wrong, at[wrong]] - 48 + rng.integers(1, 10, len(wrong))) % 10
    swap = np.flatnonzero((draw >= rates.digit) & (draw < rates.digit + rates.swap))
    left = np.minimum(at[swap], 15)
    digits[swap, left], digits[swap, left + 1] = digits[swap, left + 1].copy(), digits[swap, left].copy()
    small = rows[(digits[:, 17] == ord("X")) & (rng.random(n) < rates.lower_x)]
    digits[small, 17] = ord("x")
    out = as_text(digits).astype("U24")
    base = rates.digit + rates.swap
    for row in np.flatnonzero((draw >= base) & (draw < base + rates.short)).tolist():
        out[row] = out[row][: at[row]] + out[row][at[row] + 1 :]
    for row in np.flatnonzero((town.birth[who] < -1826) & (rng.random(n) < rates.old15)).tolist():
        out[row] = out[row][:6] + out[row][8:17]
    for row in np.flatnonzero(rng.random(n) < rates.fullwidth).tolist():
        out[row] = out[row].translate(FULL_WIDTH)
    for row in np.flatnonzero(np.isin(who, list(town.special))).tolist():
        out[row] = town.special[int(who[row])][1] or out[row]
    # small children have no card yet that a parent carries along
    missing = rng.random(n) < np.where(town.age[who] < 3, np.maximum(rates.missing, 0.3), rates.missing)
    out[missing] = ""
    return out


def mask_ids(rng: np.random.Generator, town: Town, who: Ints) -> Texts:
    """3301**********1234, in one case of ten 330106********1234; "" for who < 0."""
    known = as_text(town.identity[np.maximum(who, 0)])
    first4, first6 = known.astype("U4"), known.astype("U6")
    last = np.array([k[-4:] for k in known.tolist()])
    usual = np.strings.add(np.strings.add(first4, "*" * 10), last)
    other = np.strings.add(np.strings.add(first6, "*" * 8), last)
    out = np.where(rng.random(len(who)) < 0.9, usual, other).astype("U18")
    for row in np.flatnonzero(np.isin(who, list(town.special))).tolist():
        document = town.special[int(who[row])][1]
        out[row] = document[:2] + "****" + document[-3:] if document else out[row]
    return np.where(who >= 0, out, "")


def write_phones(rng: np.random.Generator, town: Town, who: Ints, rates: PhoneRates) -> Texts:
    """A phone for each person as this office writes it; "" where missing."""
    n = len(who)
    owner = who.copy()
    lend = (rng.random(n) < rates.family) | ~town.has_phone[who]
    owner = np.where(lend & (town.kin[who] >= 0), town.kin[who], owner)
    digits = town.phone[owner].copy()
    second = town.has_second[owner] & (rng.random(n) < 0.3)
    digits[second] = town.second[owner[second]]
    old = rng.random(n) < rates.outdated
    digits[old] = town.before[owner[old]]
    wrong = np.flatnonzero(rng.random(n) < rates.digit)
    at = rng.integers(2, 11, len(wrong))
    digits[wrong, at] = 48 + (digits[wrong, at] - 48 + rng.integers(1, 10, len(wrong))) % 10
    out = as_text(digits).astype("U24")
    for row in np.flatnonzero(rng.random(n) < rates.landline).tolist():
        out[row] = "0571-8" + str(6_000_000 + town.household[who[row]] % 900_000)
    for row in np.flatnonzero(rng.random(n) < rates.spaced).tolist():
        p = str(out[row])
        out[row] = (f"{p[:3]} {p[3:7]} {p[7:]}", f"{p[:3]}-{p[3:7]}-{p[7:]}", f"+86{p}")[
            int(rng.integers(0, 3))
        ]
    return np.where((rng.random(n) < rates.missing) | ~town.has_phone[owner], "", out)


def nicknames(rng: np.random.Generator, town: Town, who: Ints) -> Texts:
    """What a guard calls them: 小王, 老李, 王阿姨, 李先生, or the bare surname."""
    heard = misheard(
        rng, np.column_stack([town.name[who][:, :2], np.zeros((len(who), 2), np.uint32)]), NameRates(0.0)
    )
    surname = characters.text(heard)
    age, male = town.age[who], town.male[who]
    out = []
    draws = rng.random(len(who)).tolist()
    for s, a, m, d in zip(surname.tolist(), age.tolist(), male.tolist(), draws, strict=True):
        if d < 0.10:
            out.append(s)
        elif a < 16:
            out.append(f"小{s}" if d < 0.4 else f"{s}小朋友")
        elif d < 0.38:
            out.append(f"小{s}" if a < 42 else f"老{s}")
        elif m:
            out.append(f"{s}师傅" if d < 0.62 else f"{s}先生" if a < 62 or d < 0.7 else f"{s}大爷")
        else:
            out.append(
                f"{s}女士" if d < 0.6 else f"{s}阿姨" if 38 < a < 70 else f"{s}姐" if a <= 38 else f"{s}奶奶"
            )
    return np.array(out)
