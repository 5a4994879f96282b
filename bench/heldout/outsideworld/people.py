"""The town's people: households, ages, names, ID numbers, phones, and where they live and lived."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from outsideworld import characters
from outsideworld.characters import Codes
from outsideworld.places import Places, build_places
from outsideworld.rates import Rates

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

AS_OF = date(2020, 2, 24)
EPOCH_DAY = (AS_OF - date(1970, 1, 1)).days
SINGLE, COUPLE, ONE_CHILD, TWO_CHILDREN, GRAND, LONE_PARENT, SHARED, DORMITORY = range(8)
HEAD, SPOUSE, CHILD, CHILD2, FATHER, MOTHER = range(6)

#: Home counties (GB/T 2260) by province, and how many of a southern city's migrants come from the province.
HOMES = (
    "34:0212,0711,1021,1022,1122,1371,1522,1523,1602,1622,1722,1823=17 41:0105,0307,0403,0411,0611,0703,0721,0726,0823,1603=14"
    " 36:0102,0111,0482,0725,0728,0783,0823,0921,0922,0983,1003,1021=10 42:0304,0525,0527,0581,0606,0921,0984,1024,1181,1202=10"
    " 33:0102,0327,0383,0521,0522,0681,0781,0824,0921,1003,1024,1123=14 52:0204,0281,0329,0381,0621,2324,2624,2634,2730=7"
    " 51:0116,0683,0727,0812,1502,1725,1922,3228,3435=6 43:0121,0406,0408,0528,0721,0922,1022,1123,1302,3125=5"
    " 32:0104,0311,0324,0402,0681,0826,0903,0924,1302=5 37:0112,0214,0283,0302,0611,0782,1422,1702,1703=4"
    " 53:0113,0523,0623,0723,2324,2503,2801=2 61:0302,0323,0422,0524,0631,0927=2 62:0121,0403,0502,0722,1126=1"
    " 50:0101,0114,0119,0238,0240=2 35:0122,0421,0583,0623,0825=2 44:0105,0308,0784,0811,1621=1 45:0321,0722,0903,1123=1"
    " 23:0125,0406,0718,1223=1 22:0106,0283,0521,2403=1 21:0204,0502,0904,1281=1 13:0105,0407,0626,1002=1 14:0108,0581,1026=1"
)
LOCAL = "330108 330106 330109 330102 330105 330104 330110 330122 330127".split()
COMPANIES = "杭州恒通物流有限公司 浙江宏达建设集团有限公司 杭州创联科技有限公司 浙江中南劳务有限公司 杭州顺丰速运有限公司 滨江区绿洲物业服务有限公司 杭州万家餐饮管理有限公司 浙江大华制造有限公司".split()


@dataclass
class Town:
    """People as columns of equal length, households and places."""

    rates: Rates
    places: Places
    household: Ints
    slot: Ints  # place in the household, see HEAD … MOTHER; in shared flats just a number
    kind: Ints  # kind of household
    former: Bools  # moved away
    outsider: Bools  # never lived here
    dwelling: Ints  # where the person lives (or lived last)
    registered_dwelling: Ints  # what the register believes
    male: Bools
    birth: Ints  # days since 1970-01-01
    name: Codes  # (people, 4)
    identity: Bytes  # (people, 18) ASCII
    special: dict[int, tuple[list[str], str]]  # person → (spellings of the name, document number)
    phone: Bytes  # (people, 11) ASCII
    second: Bytes
    before: Bytes  # the number before this one
    has_phone: Bools
    has_second: Bools
    kin: Ints  # another adult of the family with a phone, or -1
    husband: Ints  # of a married woman, or -1
    registered: Bools
    returned: Bools  # per household

    def chance(self, homes: float, weight: float) -> NDArray[np.float64]:
        """Chance of each household to be on a list that holds a share `homes` of them; those who returned `weight` times."""
        weights = np.where(self.returned, weight, 1.0)
        return np.minimum(0.97, weights * homes / weights.mean())

    @property
    def age(self) -> Ints:
        """Completed years on AS_OF."""
        return ((EPOCH_DAY - self.birth) / 365.2425).astype(np.int64)


def build_town(rng: np.random.Generator, people: int, rates: Rates) -> Town:
    """A town of exactly `people` people, those who moved away and outsiders included."""
    kind, present = _households(rng, people, rates)
    household, slot = np.nonzero(present)
    household, slot = household[:people], slot[:people]
    families = int(household[-1]) + 1
    kind = kind[:families]
    status = _status(rng, kind, np.bincount(household, minlength=families), people, rates)
    places, home = build_places(rng, people, rates.village, (kind == DORMITORY).astype(np.int64))
    home, registered_home = _moves(rng, kind, status, home, rates)
    person_kind = kind[household]
    male, birth = _sex_and_birth(rng, household, slot, person_kind, rates)
    name = _names(rng, household, slot, person_kind, male, birth, rates)
    _namesakes(rng, name, male, person_kind, places.compound[home[household]], rates)
    identity = _identities(rng, household, slot, person_kind, male, birth, rates)
    age = ((EPOCH_DAY - birth) / 365.2425).astype(np.int64)
    phone, second, before = _phones(rng, people)
    has_phone = rng.random(people) < np.select(
        [age < 8, age < 14, age < 65, age < 75], [0.0, 0.15, 0.98, 0.75], 0.5
    )
    kin = _kin(household, slot, person_kind, age, has_phone)
    former, outsider = status[household] == 1, status[household] == 2
    alone = np.isin(person_kind, (SINGLE, SHARED, DORMITORY))
    registered = rng.random(people) >= np.where(alone, rates.unregistered_tenant, rates.unregistered)
    registered &= ~((age < 2) & (rng.random(people) < 0.25))
    return Town(
        rates, places, household, slot, person_kind, former, outsider, home[household], registered_home[household],
        male, birth, name, identity, _special(rng, people, name, male, rates), phone, second, before, has_phone,
        has_phone & (age >= 18) & (rng.random(people) < rates.second_number), kin,
        _husbands(household, slot, male), (registered | former) & ~outsider,
        rng.random(families) < rates.returned,
    )  # fmt: skip


def _households(rng: np.random.Generator, people: int, rates: Rates) -> tuple[Ints, Bools]:
    """Kinds of household and who is present, shape (households, 8); enough for `people` people."""
    mix = np.array(rates.household_mix)
    kind = rng.choice(8, int(people / 2.2) + 50, p=mix / mix.sum())
    n = len(kind)
    present = np.zeros((n, 8), bool)
    present[:, HEAD] = True
    present[:, SPOUSE] = np.isin(kind, (COUPLE, ONE_CHILD, TWO_CHILDREN, GRAND))
    present[:, CHILD] = np.isin(kind, (ONE_CHILD, TWO_CHILDREN, GRAND, LONE_PARENT))
    present[:, CHILD2] = (kind == TWO_CHILDREN) | ((kind == GRAND) & (rng.random(n) < 0.35))
    present[:, FATHER] = (kind == GRAND) & (rng.random(n) < 0.7)
    present[:, MOTHER] = (kind == GRAND) & (~present[:, FATHER] | (rng.random(n) < 0.8))
    size = np.where(kind == DORMITORY, rng.integers(6, 9, n), rng.integers(2, 6, n))
    crowd = np.isin(kind, (SHARED, DORMITORY))
    present[crowd] = np.arange(8) < size[crowd, None]
    return kind, present


def _status(rng: np.random.Generator, kind: Ints, size: Ints, people: int, rates: Rates) -> Ints:
    """0 lives here, 1 moved away, 2 outsider; per household, by shares of people."""
    status = np.zeros(len(kind), np.int64)
    order = rng.permutation(np.flatnonzero(np.isin(kind, (SINGLE, COUPLE, ONE_CHILD, SHARED))))
    left = order[np.cumsum(size[order]) <= rates.former * people]
    status[left] = 1
    single = rng.permutation(np.flatnonzero((kind == SINGLE) & (status == 0)))
    status[single[: round(rates.outsider * people)]] = 2
    return status


def _moves(rng: np.random.Generator, kind: Ints, status: Ints, home: Ints, rates: Rates) -> tuple[Ints, Ints]:
    """Dwelling per household now, and as the register has it: tenants follow one another in the same flat."""
    home = home.copy()
    rented = np.flatnonzero((status == 0) & np.isin(kind, (SINGLE, COUPLE, ONE_CHILD, SHARED)))
    left = np.flatnonzero(status == 1)
    home[left] = home[rng.choice(rented, len(left))]
    registered = home.copy()
    movers = np.flatnonzero(
        (status == 0) & (kind != DORMITORY) & (rng.random(len(kind)) < rates.moved_inside)
    )
    registered[movers] = home[rng.choice(rented, len(movers))]
    return home, registered


def _of_household(household: Ints, slot: Ints, wanted: int) -> Ints:
    """For each person, the person in slot `wanted` of the same household, or -1."""
    table = np.full(int(household[-1]) + 1, -1, np.int64)
    who = np.flatnonzero(slot == wanted)
    table[household[who]] = who
    return table[household]


def _sex_and_birth(
    rng: np.random.Generator, household: Ints, slot: Ints, kind: Ints, rates: Rates
) -> tuple[Bools, Ints]:
    n = len(household)
    crowd = np.isin(kind, (SINGLE, SHARED, DORMITORY))
    head_male = (rng.random(int(household[-1]) + 1) < 0.84)[household]
    male = np.where(slot == HEAD, head_male, np.where(slot == SPOUSE, ~head_male, rng.random(n) < 0.52))
    male = np.where(slot == FATHER, True, np.where(slot == MOTHER, False, male))
    male = np.where(crowd, rng.random(n) < np.where(kind == DORMITORY, 0.8, 0.55), male)
    base = np.select(
        [kind == COUPLE, kind == ONE_CHILD, kind == TWO_CHILDREN, kind == GRAND, kind == LONE_PARENT],
        [rng.choice([28.0, 45.0, 68.0], n, p=[0.45, 0.3, 0.25]) + rng.normal(0, 5, n), rng.gamma(9, 4.2, n) + 2,
         rng.normal(37, 6, n), rng.normal(38, 7, n), rng.normal(42, 8, n)],
        np.where(rng.random(n) < 0.12, rng.normal(66, 9, n), 17.5 + rng.gamma(2.6, 5.2, n)),
    )  # fmt: skip
    base = np.clip(
        base,
        np.where(np.isin(kind, (SINGLE, SHARED, DORMITORY, COUPLE)), 18.5, 22.5) + rng.uniform(0, 4, n),
        96,
    )
    head = _of_household(household, slot, HEAD)
    head_age = base[head]
    # nobody has a child before 21: where the drawn gap would say so, the child is small
    small = rng.uniform(0.02, 4.5, n)
    gap = rng.uniform(21, 34, n)
    child_age = np.where(head_age - gap < 0.1, small, head_age - gap)
    child = _of_household(household, slot, CHILD)
    twins = (rng.random(int(household[-1]) + 1) < rates.twins)[household]
    second_age = np.where(twins, child_age[child], _younger(rng, child_age[child]))
    elder = head_age + rng.uniform(21, 33, n)
    age = np.select(
        [crowd | (slot == HEAD), slot == SPOUSE, slot == CHILD, slot == CHILD2],
        [base, np.clip(head_age + rng.normal(-1, 2.5, n), 18.2, 97), child_age, second_age],
        np.minimum(elder, 99),
    )
    return male, (EPOCH_DAY - age * 365.2425).astype(np.int64)


def _younger(rng: np.random.Generator, age: NDArray[np.float64]) -> NDArray[np.float64]:
    """Age of the second child; where there is no room for another birth, the second is a baby and the first older."""
    drawn = age - rng.uniform(1.2, 7, len(age))
    return np.where(drawn < 0.1, rng.uniform(0.02, 0.6, len(age)), drawn)


def _names(
    rng: np.random.Generator, household: Ints, slot: Ints, kind: Ints, male: Bools, birth: Ints, rates: Rates
) -> Codes:
    n = len(household)
    surname = characters.draw_surnames(rng, n)
    years = birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    given = characters.draw_given(rng, male, years, rates.rare_character)
    family = ~np.isin(kind, (SINGLE, SHARED, DORMITORY))
    head, spouse = _of_household(household, slot, HEAD), _of_household(household, slot, SPOUSE)
    father = np.where(male[head] | (spouse < 0), head, spouse)
    mother = np.where(father == head, spouse, head)
    after_mother = (rng.random(int(household[-1]) + 1) < 0.06)[household] & (mother >= 0)
    children = family & ((slot == CHILD) | (slot == CHILD2))
    surname = np.where((family & (slot == FATHER))[:, None], surname[head], surname)
    # the grandfather is the head's father: he comes after the head in the household, so the head takes over from nobody
    surname = np.where(children[:, None], surname[np.where(after_mother, mother, father)], surname)
    elder = _of_household(household, slot, CHILD)
    second = family & (slot == CHILD2)
    twin = second & (birth == birth[elder])
    shared = second & (given[elder, 1] > 0) & (rng.random(n) < np.where(twin, 0.65, rates.shared_generation))
    lost = shared & (given[:, 1] == 0)
    given[lost, 1] = given[lost, 0]
    given[shared, 0] = given[elder[shared], 0]
    alike = np.flatnonzero(children & (rng.random(n) < rates.similar_father))
    model = given[father[alike]]
    same, _, _ = characters.sounds()
    given[alike, 0] = model[:, 0]
    given[alike, 1] = np.where(model[:, 1] > 0, same.other(rng, model[:, 1]), given[alike, 1])
    # brothers are never given the same name
    double = np.flatnonzero(second & (given == given[elder]).all(axis=1))
    given[double, 1] = given[double, 0]
    given[double, 0] = np.where(male[double], ord("小"), ord("可"))
    return np.hstack([surname, given])


def _namesakes(
    rng: np.random.Generator, name: Codes, male: Bools, kind: Ints, compound: Ints, rates: Rates
) -> None:
    """Give some people who live without family the name of somebody of their sex in the same compound, in place."""
    free = np.isin(kind, (SINGLE, SHARED, DORMITORY))
    order = np.lexsort((rng.random(len(kind)), male, compound))
    after = np.roll(order, 7)
    fits = free[order] & (compound[order] == compound[after]) & (male[order] == male[after])
    chosen = fits & (rng.random(len(order)) < rates.namesake / max(float(free.mean()), 0.01))
    name[order[chosen]] = name[after[chosen]]


def _identities(
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
    head, elder = _of_household(household, slot, HEAD), _of_household(household, slot, CHILD)
    family = ~np.isin(kind, (SINGLE, SHARED, DORMITORY)) & ((slot != SPOUSE) | (rng.random(n) < 0.4))
    area = np.where(family, area[head], area)
    # counties hand out low sequence numbers first; men odd, women even
    sequence = np.minimum(2 * (rng.gamma(1.3, 45, n)).astype(np.int64) + male, 998)
    twin = (slot == 3) & family & (elder >= 0) & (birth == birth[elder])
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


def _phones(rng: np.random.Generator, people: int) -> tuple[Bytes, Bytes, Bytes]:
    """(number, second number, earlier number), each (people, 11); one in five earlier numbers has a new owner."""
    prefixes = np.array(
        "130 131 132 133 135 136 137 138 139 147 150 151 152 153 155 156 157 158 159 166 173 175 176 177 178 180 181 182"
        " 183 185 186 187 188 189 191 198 199".split()
    ).astype(np.int64)
    numbers = np.unique(
        rng.choice(prefixes, 4 * people + 100) * 10**8 + rng.integers(0, 10**8, 4 * people + 100)
    )
    numbers = rng.permutation(numbers)[: 3 * people]
    digits = np.ascontiguousarray(numbers.astype("S11")).view(np.uint8).reshape(3, people, 11)
    before = digits[2].copy()
    reused = np.flatnonzero(rng.random(people) < 0.2)
    before[reused] = digits[0][rng.integers(0, people, len(reused))]
    return digits[0], digits[1], before


def _kin(household: Ints, slot: Ints, kind: Ints, age: Ints, has_phone: Bools) -> Ints:
    """For each member of a family, another adult of it with a phone, or -1."""
    kin = np.full(len(household), -1, np.int64)
    family = ~np.isin(kind, (SINGLE, SHARED, DORMITORY))
    for wanted in (MOTHER, CHILD, SPOUSE, HEAD):
        other = _of_household(household, slot, wanted)
        fits = family & (other >= 0) & (other != np.arange(len(household)))
        fits &= has_phone[np.maximum(other, 0)] & (age[np.maximum(other, 0)] >= 18)
        kin = np.where(fits, other, kin)
    # the younger child's number is more often the mother's
    spouse = _of_household(household, slot, SPOUSE)
    return np.where((slot == CHILD2) & family & (spouse >= 0) & has_phone[np.maximum(spouse, 0)], spouse, kin)


def _husbands(household: Ints, slot: Ints, male: Bools) -> Ints:
    head, spouse = _of_household(household, slot, HEAD), _of_household(household, slot, SPOUSE)
    other = np.where(slot == HEAD, spouse, np.where(slot == SPOUSE, head, -1))
    married = (slot <= SPOUSE) & (other >= 0) & ~male & male[np.maximum(other, 0)]
    return np.where(married, other, -1)


def _special(
    rng: np.random.Generator, people: int, name: Codes, male: Bools, rates: Rates
) -> dict[int, tuple[list[str], str]]:
    """People with passports, permits, or names with a dot: spellings of the name and the document ("" = ID card)."""
    first = "James Maria Ahmed Olga David Elena Kim Yuki Mohammed Anna Peter Fatima John Laura Ivan Priya Carlos Sofia".split()
    middle = ["", "", "Lee", "Ali", "Van", "de", "Jose", "Kwame"]
    last = "Smith Garcia Hassan Ivanova Okafor Tanaka Kowalski Nguyen Brown Silva Petrov Kumar Mensah Park Diallo Rossi".split()
    heads, tails = (
        "买买提 阿不都 热依汗 古丽 艾力 吐尔逊 扎西 麦麦提".split(),
        "热合曼 艾合买提 努尔 卓玛 阿吉 玉素甫 买买提 次仁".split(),
    )
    out: dict[int, tuple[list[str], str]] = {}
    for person in np.flatnonzero(rng.random(people) < rates.special).tolist():
        draw = rng.random()
        if draw < 0.45:
            a, m, z = (str(rng.choice(x)) for x in (first, middle, last))
            full = " ".join(x for x in (a, m, z) if x)
            spellings = [full.upper(), full, f"{z} {a}".upper(), f"{z.upper()}/{a.upper()}", f"{a} {z}"]
            out[person] = (spellings, str(rng.choice(list("GEKNPA"))) + str(rng.integers(10**7, 10**8)))
        elif draw < 0.65:
            plain = characters.text(name[person : person + 1])[0]
            out[person] = ([str(plain)], str(rng.choice(["H0", "M0", "8"])) + str(rng.integers(10**6, 10**7)))
        else:
            a, z = str(rng.choice(heads)), str(rng.choice(tails))
            out[person] = ([f"{a}·{z}", f"{a}•{z}", f"{a}.{z}", f"{a}{z}", f"{a} {z}"], "")
    return out
