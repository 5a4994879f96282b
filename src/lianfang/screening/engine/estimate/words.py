"""What an estimate says and does not say, in plain words, Chinese and English."""

from lianfang.screening.engine.estimate.unseen import Estimate

ASSUMPTIONS: tuple[tuple[str, str, str], ...] = (
    (
        "closed",
        "人口封闭：各来源说的是同一段时间里住在这里的同一批人；期间搬入、搬出的人会使估计偏高。",
        "Closed: all sources speak of the same people living here at the same time. "
        "People who moved in or out meanwhile make the estimate too high.",
    ),
    (
        "matched",
        "核对无误：同一个人在各来源中都已认作同一人。漏认会使估计偏高，错认会使估计偏低。",
        "Matched: the same person in several sources is known to be the same. "
        "Missed links make the estimate too high, wrong ones too low.",
    ),
    (
        "chance",
        "人人有机会：每个人都有可能出现在每个来源里。任何名单都不可能有的人（如完全隐匿者）估计不到。",
        "A chance for everybody: anybody could be in any source. "
        "People whom no source could ever have are not counted.",
    ),
    (
        "alike",
        "机会相近：同一来源对不同的人把握相近。差别大时估计偏低，此时请看“至少”一栏。",
        "Alike: a source has about the same chance of having each person. "
        "Where people differ much the estimate is too low; then look at “at least”.",
    ),
    (
        "pairs",
        "来源之间可以两两有关（一个抄自另一个），模型会计入；只有两个来源时无法分辨，只能假定无关。",
        "Sources may depend on one another in pairs (one copied from another): the models allow for it. "
        "With two sources only this cannot be told, and they are taken to be independent.",
    ),
)

WARNINGS: dict[str, tuple[str, str]] = {
    "two_sources": (
        "只有两个来源，无法检验它们是否有关。",
        "Only two sources: whether they depend on one another cannot be checked.",
    ),
    "contained": (
        "有一个来源的人全都在另一个来源里，很可能是抄来的，不是独立发现。",
        "Everybody of one source is in another one: it was probably copied from it.",
    ),
    "no_overlap": (
        "有两个来源没有共同的人，可能面向不同人群。",
        "Two sources have nobody in common: they may be about different people.",
    ),
    "bad_fit": (
        "所有模型都不能很好地描述各来源的重叠，估计不可靠。",
        "No model describes how the sources overlap: do not rely on the estimate.",
    ),
    "all_depend": (
        "所有来源两两相关，没有余地检验模型；结果可能很不准。",
        "All sources depend on one another, and nothing is left to check the model with: it may be far off.",
    ),
    "wide": ("区间很宽，只能作大致参考。", "The interval is wide: a rough idea only."),
    "mostly_unseen": (
        "估计未见的人多于已见的人，不宜据此决策。",
        "More people unseen than seen: do not decide by this.",
    ),
    "unlike_people": (
        "“至少”高于估计：人与人差别大，实际未见人数多半比估计的多。",
        "“At least” is above the estimate: people differ much, and probably more are unseen than it says.",
    ),
}

REFUSALS: dict[str, tuple[str, str]] = {
    "one_source": (
        "这里有效的来源不足两个，无法估计。",
        "Fewer than two sources work here: nothing can be estimated.",
    ),
    "too_few": (
        "人数或重叠太少，无法单独估计。",
        "Too few people, or too few in two sources, for an estimate.",
    ),
    "boundless": (
        "重叠太少，区间没有意义的上限。",
        "The sources overlap too little: the interval has no useful upper end.",
    ),
    "no_model": ("没有模型能给出有限的估计。", "No model has a finite estimate."),
}


def sentence(found: Estimate, language: str) -> str:
    """The result in one or two sentences, "zh" or "en"."""
    if found.unseen is None:
        zh, en = REFUSALS[found.refusal]
        return zh if language == "zh" else en
    share = round(100 * found.seen / (found.seen + found.unseen)) if found.seen else 0
    if language == "zh":
        how = "（人数少，按上一级区域的比例推算）" if found.status == "pooled" else ""
        return (
            f"已有记录{found.seen}人；估计还有{found.unseen}人不在任何名单上（95%区间{found.low}～{found.high}人），"
            f"即名单覆盖约{share}%。{how}"
        )
    how = " Too few people here: by the share of the area around." if found.status == "pooled" else ""
    return (
        f"{found.seen} people are on some list; about {found.unseen} more on none "
        f"(95 % interval {found.low} to {found.high}), so that the lists cover about {share} %.{how}"
    )


def method(found: Estimate, language: str) -> str:
    """How the number was made, in a sentence."""
    if not found.method:
        return ""
    if found.method == "chapman":
        zh = "两个来源：Chapman 估计，区间为 Sadinle（2009）变换对数法。"
        en = "Two sources: Chapman's estimator; interval by Sadinle's transformed logit (2009)."
    else:
        zh = f"对数线性模型，按 BIC 加权{found.models}个模型，区间取自加权剖面似然；最佳模型：{found.model}。"
        en = (
            f"Log-linear models, {found.models} weighed by BIC, interval from the weighed profile likelihoods; "
            f"best: {found.model}."
        )
    return zh if language == "zh" else en
