"""Characters of names: how often, of which time, how they sound. Names are matrices of code points.

A name is four code points: surname (one or two), given name (one or two); 0 is "none".
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from opencc import OpenCC  # type: ignore[import-untyped]
from pypinyin import Style, lazy_pinyin

Codes = NDArray[np.uint32]

#: The commonest surnames in order, and people among 10,000, after the ministry's yearly reports.
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"
    "任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严"
    "莫孔向常汤"
)
SHARES = (
    "724 715 678 532 453 305 221 219 205 204 165 154 128 124 131 115 117 118 121 87 93 82 80 77 68"
    " 68 67 63 62 58 58 53 51 51 51 48 47 47 46 46 44 44 43 43 43 41 41 39 38 37 37 36 36 36 36 35"
    " 34 34 34 33 32 31 31 30 30 29 28 27 27 26 26 26 25 25 24 24 24 23 23 22 22 22 22 21 21 20 20"
    " 20 20 19 19 19 18 18 18 18 17 17 17 17"
)
RARER = (
    "赖洪施文康牛樊葛邢安齐伍庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍"
    "涂成苗谷盛曲冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时阳阎穆应农司古吉卓车简连缪麦褚娄戚岑"
    "景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑"
    "迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕"
)
DOUBLE = ("欧阳", "上官", "诸葛", "司马", "皇甫", "令狐", "司徒", "夏侯", "东方", "慕容", "尉迟", "公孙")

MEN = (
    "国德明文华玉福金根生林荣贵祥春成财发兴富水宝云顺庆山忠义长树永海清万才有土松学炳",
    "国建明华文平军志德玉新金永生林荣成春福海忠根胜援朝和保庆云祥良树学光元兴",
    "建国华军明文志平红卫东海新永林强伟峰勇春跃进忠学金生光荣成杰民宏立德中",
    "军伟华建强勇明志海文国涛峰杰斌辉东平波林红刚永新春庆晓宏立兵健鹏利飞亮",
    "伟强磊涛勇军杰鹏超明波辉峰刚亮斌飞华志建海文晓俊浩龙洋凯宁健林平旭帅威",
    "伟杰浩鑫俊鹏超凯强磊涛龙宇文志明帅斌旭晨阳毅佳嘉天豪洋航辉飞博轩森泽亮",
    "宇浩俊涛文杰豪嘉轩天博佳子鑫泽昊睿航晨阳家翔明志琪哲诚锐毅旭瑞铭乐",
    "宇泽浩轩子梓博睿辰昊晨涵铭嘉俊皓佑宸沐奕瑞一霖煜逸航锦恒柏彦承诺安",
)
WOMEN = (
    "英秀兰珍玉桂凤芳梅花素淑菊娥莲翠香金月琴云爱仙妹宝美荷阿春根彩巧银",
    "英秀玉兰珍桂芳凤梅华淑美爱琴香金云萍翠月菊素莲红文荣霞娟彩银春",
    "芳英丽华玲秀红霞梅萍玉美珍兰敏艳娟琴爱平燕桂春凤云香文群荣小月亚",
    "丽芳红艳玲霞敏梅燕英华娟静玉萍琴小晓春秀海美莉丹慧兰云雪文娜亚利琳",
    "丽静艳娜芳敏燕娟霞婷玲丹莉玉雪梅慧红晓倩琴海颖琳佳萍洁文小春媛蕾莹",
    "婷静雪敏丽娜倩佳颖丹玉雨琳洁慧欣梦文思晓萌艳莹晶怡媛蕾瑶露嘉琪月雯",
    "欣怡雨佳婷思梦静雪诗琪文慧颖雯涵瑶玉嘉晨悦琳萱彤馨可紫淑洁",
    "涵梓欣怡诗雨萱妍子琪可一馨紫彤语诺悦瑶依若汐思沐晨艺玥芮灵熙嘉菡昕苡",
)
#: Characters that occur at all times, each rarely.
ANYTIME_MEN = (
    "仁信礼智孝廉正方启世宗绍继承维邦振培益达彬武钢铁岩川江河湖原野松柏楠桐楚晋鲁豫汉唐尧舜禹康泰安全"
    "开来双连喜迎培根旺昌盛隆升腾跃驰骏骥麒麟虎彪豹鸿鹤鹰"
)
ANYTIME_WOMEN = (
    "贞娴雅惠善婉柔媚姣妮姗婵嫦姝芬芸芝茹茜蓉薇莎蓓蕊苗菁菲萃葵蔓竹桃杏榴枝叶珠珊瑛璐瑾瑜环佩钗银锦绣"
    "绮纤云霓虹霜冰露晴曦旖暖甜蜜笑乐喜欢佩君"
)
RARE = "赟喆堃翀頔燚犇垚祎彧珺璟昶玥婳翾甯骐"
#: Share of given names with one character, by the same eight times.
SINGLE = (0.10, 0.14, 0.22, 0.36, 0.43, 0.33, 0.20, 0.09)
FIRST_YEARS = (1950, 1960, 1970, 1980, 1990, 2000, 2010)


def codes(text: str) -> Codes:
    """Code points of `text`, shape (len(text),)."""
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def falling(count: int, flat: float = 5.0) -> NDArray[np.float64]:
    """Weights 1/(rank + flat), summing to one."""
    weights = 1.0 / (np.arange(count) + flat)
    return np.asarray(weights / weights.sum())


def draw_surnames(rng: np.random.Generator, count: int) -> Codes:
    """Surnames by real frequency, shape (count, 2)."""
    rarer = "".join(dict.fromkeys(c for c in RARER if c not in SURNAMES))
    common = np.array([float(x) for x in SHARES.split()][: len(SURNAMES)])
    common = np.concatenate([common, np.full(len(SURNAMES) - len(common), 16.0)])
    tail = 15.0 * np.exp(-np.arange(len(rarer)) / 55.0) + 0.7
    double = np.linspace(9.0, 0.3, len(DOUBLE))
    weights = np.concatenate([common, tail, double])
    first = codes(SURNAMES + rarer + "".join(d[0] for d in DOUBLE))
    second = np.concatenate(
        [np.zeros(len(SURNAMES + rarer), np.uint32), codes("".join(d[1] for d in DOUBLE))]
    )
    chosen = rng.choice(len(weights), size=count, p=weights / weights.sum())
    return np.column_stack([first[chosen], second[chosen]])


def era(years: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index of the time of birth, 0 (before 1950) … 7 (since 2010)."""
    return np.searchsorted(np.array(FIRST_YEARS), years, side="right")


def draw_given(
    rng: np.random.Generator, male: NDArray[np.bool_], years: NDArray[np.int64], rare: float
) -> Codes:
    """Given names of the sex and time of birth, shape (len(male), 2)."""
    out = np.zeros((len(male), 2), np.uint32)
    times = era(years)
    for sex, tables, anytime in ((True, MEN, ANYTIME_MEN), (False, WOMEN, ANYTIME_WOMEN)):
        for time, table in enumerate(tables):
            who = np.flatnonzero((male == sex) & (times == time))
            extra = "".join(dict.fromkeys(c for c in anytime if c not in table))
            pool = codes(table + extra)
            share = np.concatenate([0.66 * falling(len(table), 18.0), np.full(len(extra), 0.34 / len(extra))])
            first = pool[rng.choice(len(pool), len(who), p=share)]
            # the second character comes from the same table, turned: 建国 is common, 国建 is not
            turned = np.concatenate(
                [0.68 * falling(len(table), 25.0)[::-1], np.full(len(extra), 0.32 / len(extra))]
            )
            mixed = 0.55 * share + 0.45 * turned
            second = pool[rng.choice(len(pool), len(who), p=mixed)]
            doubled = (second == first) & (rng.random(len(who)) > (0.25 if not sex else 0.02))
            second = np.where(doubled, pool[rng.choice(len(pool), len(who), p=share)], second)
            single = rng.random(len(who)) < SINGLE[time]
            out[who, 0] = first
            out[who, 1] = np.where(single, 0, second)
    odd = np.flatnonzero(rng.random(len(male)) < rare)
    out[odd, 0] = codes(RARE)[rng.choice(len(RARE), len(odd), p=falling(len(RARE)))]
    return out


def text(matrix: Codes) -> NDArray[np.str_]:
    """Names as strings from code points, shape (rows,)."""
    out = np.zeros(len(matrix), dtype="U1")
    for column in range(matrix.shape[1]):
        out = np.strings.add(out, np.ascontiguousarray(matrix[:, column]).view("U1"))
    return out


@dataclass(frozen=True)
class Sounds:
    """For every code point of the basic plane, other characters of the same or nearly the same sound."""

    start: NDArray[np.int64]
    size: NDArray[np.int64]
    flat: Codes

    def other(self, rng: np.random.Generator, given: Codes) -> Codes:
        """Another character for each, or the same where no other is known."""
        known = self.size[given] > 0
        at = self.start[given] + (rng.random(len(given)) * self.size[given]).astype(np.int64)
        return np.where(known, self.flat[np.where(known, at, 0)], given).astype(np.uint32)


def near(syllable: str) -> str:
    """The syllable as southern ears hear it."""
    for sharp, blunt in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(sharp):
            syllable = blunt + syllable[2:]
    if syllable.startswith("n"):
        syllable = "l" + syllable[1:]
    return syllable[:-1] if syllable.endswith(("ing", "eng")) else syllable


def grouped(given: str, candidates: dict[str, list[str]], key: dict[str, str]) -> Sounds:
    """`candidates` by sound, laid out for vectorised drawing; a character never stands for itself."""
    start, size = np.zeros(0x10000, np.int64), np.zeros(0x10000, np.int64)
    flat: list[str] = []
    for char in given:
        others = [c for c in candidates.get(key[char], []) if c != char]
        start[ord(char)], size[ord(char)] = len(flat), len(others)
        flat.extend(others)
    return Sounds(start, size, codes("".join(flat) or "一"))


@cache
def sounds() -> tuple[Sounds, Sounds, Sounds]:
    """(same sound, nearly the same sound, same sound among surnames)."""
    name_chars = "".join(dict.fromkeys("".join(MEN + WOMEN) + ANYTIME_MEN + ANYTIME_WOMEN))
    surname_chars = "".join(dict.fromkeys(SURNAMES + RARER))
    general = bytes(b for hi in range(0xB0, 0xD7) for lo in range(0xA1, 0xFF) for b in (hi, lo)).decode(
        "gb2312", "ignore"
    )
    everything = "".join(dict.fromkeys(name_chars + surname_chars + RARE + "".join(DOUBLE) + general))
    sound = dict(zip(everything, lazy_pinyin(list(everything), style=Style.NORMAL), strict=True))
    blunt = {char: near(syllable) for char, syllable in sound.items()}
    same: dict[str, list[str]] = {}
    alike: dict[str, list[str]] = {}
    families: dict[str, list[str]] = {}
    for char in everything:
        # people write a character they know from names: six times as likely as any other of that sound
        times = 6 if char in name_chars else 1
        same.setdefault(sound[char], []).extend([char] * times)
        if char in name_chars:
            alike.setdefault(blunt[char], []).append(char)
        if char in surname_chars:
            families.setdefault(blunt[char], []).append(char)
    return (
        grouped(everything, same, sound),
        grouped(everything, alike, blunt),
        grouped(everything, families, blunt),
    )


@cache
def traditional() -> Codes:
    """Code point → its traditional form, shape (65536,)."""
    table = np.arange(0x10000, dtype=np.uint32)
    every = "".join(chr(c) for c in range(0x4E00, 0x9FA6))
    converted = OpenCC("s2t").convert("\n".join(every)).split("\n")
    table[0x4E00 : 0x4E00 + len(every)] = [
        ord(c) if len(c) == 1 else ord(o) for c, o in zip(converted, every, strict=True)
    ]
    return table
