"""Short values from closed vocabularies and single-line ones: sex, relation to the head, vehicle,
household, cell area.
"""

import polars as pl

from lianfang.linkage.engine.standardise.text import NOT_BLANK, Step, X, clean, per_distinct, simplify, steps

_SEXES = {
    "M": ["男", "男性", "男士", "先生", "m", "male", "man", "boy", "mr", "1", "男孩", "♂"],
    "F": ["女", "女性", "女士", "小姐", "f", "female", "woman", "girl", "mrs", "ms", "2", "女孩", "♀"],
}
_RELATIONS = {
    "head": ("户主 本人 家长 业主 房东 户代表 head self householder owner"),
    "spouse": ("妻 夫 妻子 丈夫 配偶 老婆 老公 爱人 媳妇 太太 夫妻 之妻 之夫 spouse wife husband partner"),
    "child": (
        "子 女 儿子 女儿 长子 次子 三子 四子 长女 次女 三女 四女 独生子 独生女 独子 独女 养子 养女 继子 "
        "继女 子女 之子 之女 孩子 小孩 大儿子 小儿子 大女儿 小女儿 二儿子 二女儿 儿媳 儿媳妇 女婿 child "
        "son daughter"
    ),
    "parent": (
        "父 母 父亲 母亲 爸爸 妈妈 爸 妈 父母 岳父 岳母 公公 婆婆 继父 继母 养父 养母 之父 之母 parent "
        "father mother"
    ),
    "grandchild": ("孙 孙子 孙女 外孙 外孙女 外孙子 孙辈 曾孙 grandchild grandson granddaughter"),
    "sibling": (
        "兄 弟 姐 妹 哥哥 弟弟 姐姐 妹妹 兄弟 姐妹 兄弟姐妹 兄妹 姐弟 哥 之兄 之弟 sibling brother sister"
    ),
    "relative": (
        "祖父 祖母 爷爷 奶奶 外公 外婆 外祖父 外祖母 姥姥 姥爷 侄子 侄女 外甥 外甥女 叔叔 伯伯 姑姑 姨妈 "
        "舅舅 姑父 舅妈 婶婶 亲戚 亲属 其他亲属 嫂子 弟媳 姐夫 妹夫 表弟 表哥 表姐 表妹 堂弟 堂哥 堂姐 "
        "堂妹 家属 家人 relative grandfather grandmother grandparent uncle aunt nephew niece cousin"
    ),
    "tenant": (
        "租客 租户 承租人 承租 租赁 租房 合租 租住 同住 同住人 合租人 室友 舍友 同屋 tenant lodger "
        "roommate flatmate"
    ),
    "other": (
        "保姆 月嫂 护工 家政 阿姨 朋友 同事 员工 工友 寄住 借住 访客 其他 其它 非亲属 雇员 男友 女友 "
        "男朋友 女朋友 other friend colleague nanny employee visitor"
    ),
}
_WORDS = {word: kind for kind, words in _RELATIONS.items() for word in words.split()}


def sexes(column: pl.Series) -> pl.Series:
    """M, F or null."""
    words = {word: sex for sex, all_words in _SEXES.items() for word in all_words}
    return _looked_up(column, words)


def relations(column: pl.Series) -> pl.Series:
    """head, spouse, child, parent, grandchild, sibling, relative, tenant, other; null for an empty cell."""
    found = _looked_up(column, _WORDS)
    return found.to_frame("relation").select(
        pl.when(column.str.contains(r"\p{L}")).then(pl.col("relation").fill_null("other")).alias("relation")
    ).to_series()  # fmt: skip


def vehicles(column: pl.Series) -> pl.Series:
    """Upper case, half width, no separators and no words: "g98次" → "G98", "浙A·12345" → "浙A12345"."""
    text = (
        X.str.to_uppercase()
        .str.replace(r"^(?:车次|航班号?|车牌号?|列车|TRAIN|FLIGHT)\s*[:：]?", "")
        .str.replace(r"(?:次列车|次车|次|航班|号车)$", "")
    )
    return _texts(column, text, X.str.replace_all(r"[^\p{L}\p{N}]", ""), NOT_BLANK)


def households(column: pl.Series) -> pl.Series:
    """The household's number as given, trimmed and half width; it has a meaning only inside its list."""
    return _texts(column, X.str.replace(r"^(\d+)\.0$", "$1"))


def areas(column: pl.Series) -> pl.Series:
    """The name of a cell's area: simplified, without spaces, brackets and the words for mast and area."""
    text = X.str.to_lowercase().str.replace_all(r"[\s()\[\]【】]", "")
    return _texts(
        column, text, X.str.replace(r"(?:基站|小区基站)?(?:区域|附近|周边|一带|基站)+$", ""), NOT_BLANK
    )


def _texts(column: pl.Series, *changes: Step) -> pl.Series:
    return per_distinct(column, lambda given: steps(simplify(clean(given)), *changes).to_frame("text"))[
        "text"
    ]


def _looked_up(column: pl.Series, words: dict[str, str]) -> pl.Series:
    text = X.str.to_lowercase().str.replace_all(r"[\s.()（）\[\]:：]", "")
    text = text.str.replace(r"^(?:与户主关系|户主的?之?|户主之|系)(.+)$", "$1")
    return _texts(
        column, text.replace_strict(list(words), list(words.values()), default=None, return_dtype=pl.String)
    )
