"""What identifies people: ID numbers, phone numbers, passports and permits."""
# ruff: noqa: SIM905 -- tables of words read better as text than as lists of quotes

import numpy as np
from numpy.typing import NDArray

from outsideworld import characters
from outsideworld.characters import Codes
from outsideworld.kinship import ALONE, CHILD, CHILD2, HEAD, SPOUSE, Bools, Ints, of_household
from outsideworld.rates import Rates

Bytes = NDArray[np.uint8]

#: Home counties (GB/T 2260) by province, and how many of a southern city's migrants come from the province.
HOMES = (
    "34:0212,0711,1021,1022,1122,1371,1522,1523,1602,1622,1722,1823=17"
    " 41:0105,0307,0403,0411,0611,0703,0721,0726,0823,1603=14"
    " 36:0102,0111,0482,0725,0728,0783,0823,0921,0922,0983,1003,1021=10"
    " 42:0304,0525,0527,0581,0606,0921,0984,1024,1181,1202=10"
    " 33:0102,0327,0383,0521,0522,0681,0781,0824,0921,1003,1024,1123=14"
    " 52:0204,0281,0329,0381,0621,2324,2624,2634,2730=7"
    " 51:0116,0683,0727,0812,1502,1725,1922,3228,3435=6"
    " 43:0121,0406,0408,0528,0721,0922,1022,1123,1302,3125=5"
    " 32:0104,0311,0324,0402,0681,0826,0903,0924,1302=5"
    " 37:0112,0214,0283,0302,0611,0782,1422,1702,1703=4 53:0113,0523,0623,0723,2324,2503,2801=2"
    " 61:0302,0323,0422,0524,0631,0927=2 62:0121,0403,0502,0722,1126=1"
    " 50:0101,0114,0119,0238,0240=2 35:0122,0421,0583,0623,0825=2 44:0105,0308,0784,0811,1621=1"
    " 45:0321,0722,0903,1123=1 23:0125,0406,0718,1223=1 22:0106,0283,0521,2403=1"
    " 21:0204,0502,0904,1281=1 13:0105,0407,0626,1002=1 14:0108,0581,1026=1"
)
LOCAL = "330108 330106 330109 330102 330105 330104 330110 330122 330127".split()
COMPANIES = (
    "杭州恒通物流有限公司 浙江宏达建设集团有限公司 杭州创联科技有限公司 浙江中南劳务有限公司"
    " 杭州顺丰速运有限公司 滨江区绿洲物业服务有限公司 杭州万家餐饮管理有限公司 浙江大华制造有限公司"
).split()

PREFIXES = (
    "130 131 132 133 135 136 137 138 139 147 150 151 152 153 155 156 157 158 159 166 173 175 176 177 178"
    " 180 181 182 183 185 186 187 188 189 191 198 199"
)
FIRST = (
    "James Maria Ahmed Olga David Elena Kim Yuki Mohammed Anna Peter Fatima"
    " John Laura Ivan Priya Carlos Sofia"
).split()
MIDDLE = ["", "", "Lee", "Ali", "Van", "de", "Jose", "Kwame"]
LAST = (
    "Smith Garcia Hassan Ivanova Okafor Tanaka Kowalski Nguyen Brown Silva"
    " Petrov Kumar Mensah Park Diallo Rossi"
).split()
HEADS = "买买提 阿不都 热依汗 古丽 艾力 吐尔逊 扎西 麦麦提".split()
TAILS = "热合曼 艾合买提 努尔 卓玛 阿吉 玉素甫 买买提 次仁".split()


def identities(
    rng: np.random.Generator, household: Ints, slot: Ints, kind: Ints, male: Bools, birth: Ints, rates: Rates
) -> Bytes:
    n = len(household)
    provinces = [(p[:2], p[3:].split("=")[0].split(","), float(p.split("=")[1])) for p in HOMES.split()]
    counties = np.array([p + c for p, cs, _ in provinces for c in cs])
    weights = np.array([w / len(cs) for _, cs, w in provinces for _ in cs])
    away = counties[rng.choice(len(counties), n, p=weights / weights.sum())]
    here = np.array(LOCAL)[rng.choice(len(LOCAL), n, p=characters.falling(len(LOCAL), 0.7))]
    local = (rng.random(int(household[-1]) + 1) > rates.migrant)[household]
    area = np.where(local, here, away)
    head, elder = of_household(household, slot, HEAD), of_household(household, slot, CHILD)
    family = ~np.isin(kind, ALONE) & ((slot != SPOUSE) | (rng.random(n) < 0.4))
    area = np.where(family, area[head], area)
    # counties hand out low sequence numbers first; men odd, women even
    sequence = np.minimum(2 * (rng.gamma(1.3, 45, n)).astype(np.int64) + male, 998)
    twin = (slot == CHILD2) & family & (elder >= 0) & (birth == birth[elder])
    sequence = np.where(twin, (sequence[elder] + np.where(male == male[elder], 2, 1)) % 1000, sequence)
    days = np.strings.replace(birth.astype("datetime64[D]").astype("U10"), "-", "")
    place = np.strings.add(area.astype("U6"), days.astype("U8"))
    keys = np.strings.add(place, np.strings.zfill(sequence.astype("U3"), 3))
    for _ in range(20):
        _, first = np.unique(keys, return_index=True)
        double = np.setdiff1d(np.arange(n), first)
        if not len(double):
            break
        sequence[double] = (sequence[double] + 2) % 1000
        keys[double] = np.strings.add(place[double], np.strings.zfill(sequence[double].astype("U3"), 3))
    digits = np.ascontiguousarray(keys.astype("S17")).view(np.uint8).reshape(n, 17)
    factors = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    check = np.frombuffer(b"10X98765432", np.uint8)[((digits - 48).astype(np.int64) @ factors) % 11]
    return np.hstack([digits, check[:, None]])


def phone_numbers(rng: np.random.Generator, people: int) -> tuple[Bytes, Bytes, Bytes]:
    """(number, second number, earlier number), each (people, 11); of the last one in five has a new owner."""
    prefixes = np.array(PREFIXES.split()).astype(np.int64)
    numbers = np.unique(
        rng.choice(prefixes, 4 * people + 100) * 10**8 + rng.integers(0, 10**8, 4 * people + 100)
    )
    numbers = rng.permutation(numbers)[: 3 * people]
    digits = np.ascontiguousarray(numbers.astype("S11")).view(np.uint8).reshape(3, people, 11)
    before = digits[2].copy()
    reused = np.flatnonzero(rng.random(people) < 0.2)
    before[reused] = digits[0][rng.integers(0, people, len(reused))]
    return digits[0], digits[1], before


def foreigners(
    rng: np.random.Generator, people: int, name: Codes, rates: Rates
) -> dict[int, tuple[list[str], str]]:
    """People with passports, permits or names with a dot: spellings, and the document ("" = ID card)."""
    out: dict[int, tuple[list[str], str]] = {}
    for person in np.flatnonzero(rng.random(people) < rates.special).tolist():
        draw = rng.random()
        if draw < 0.45:
            a, m, z = (str(rng.choice(x)) for x in (FIRST, MIDDLE, LAST))
            full = " ".join(x for x in (a, m, z) if x)
            spellings = [full.upper(), full, f"{z} {a}".upper(), f"{z.upper()}/{a.upper()}", f"{a} {z}"]
            out[person] = (spellings, str(rng.choice(list("GEKNPA"))) + str(rng.integers(10**7, 10**8)))
        elif draw < 0.65:
            plain = characters.text(name[person : person + 1])[0]
            out[person] = ([str(plain)], str(rng.choice(["H0", "M0", "8"])) + str(rng.integers(10**6, 10**7)))
        else:
            a, z = str(rng.choice(HEADS)), str(rng.choice(TAILS))
            out[person] = ([f"{a}·{z}", f"{a}•{z}", f"{a}.{z}", f"{a}{z}", f"{a} {z}"], "")
    return out
