"""A linkage model as data: columns, comparisons and what their levels are worth at first, blocks, costs.

The file format is described in docs/develop/models.md and read by `model_file`; `models/chinese.toml` and
`models/english.toml` ship.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lianfang.linkage.engine.blocking import BlockRule
from lianfang.linkage.engine.columns.spec import Columns
from lianfang.linkage.engine.comparisons.base import Comparison

SAME, HOUSEHOLD, STRANGER = "same", "household", "stranger"
BASES = (SAME, HOUSEHOLD, STRANGER)


@dataclass(frozen=True)
class Evidence:
    """A comparison with the prior probabilities of its levels in each base class (rows: BASES)."""

    comparison: Comparison
    priors: Mapping[str, tuple[float, ...]]
    learn_same: (
        bool  # what pairs of one person show is learnt from the lists; if not, it stays as the model says
    )
    learn_stranger: bool  # candidate pairs tell how often strangers agree here, random pairs are too few
    measure_household: bool  # rows behind one door show how housemates compare here
    alike_at_home: bool  # people of one home differ here only as one person's own rows do (addresses)
    fixed: tuple[str, ...]  # levels whose probability among pairs of one person the data may not raise
    fixed_on: frozenset[str]  # only where one of the two lists is of such a kind; empty: everywhere
    telling: frozenset[str] = frozenset()  # levels at which two random rows are suspect of being one person
    twice: frozenset[str] = (
        frozenset()
    )  # levels at which two rows behind one door are suspect of being one person
    forbids: frozenset[str] = frozenset()  # levels at which two groups of rows never become one person
    #: Levels that say nothing of groups which both stand on one list of hearsay: on it every row differs so.
    moot_on_repeat: frozenset[str] = frozenset()
    #: Level → levels ("place.room") of other comparisons after which it tells nothing new of two groups of rows.
    echoes: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class PairClass:
    """One explanation of a pair of rows: the same person or not, and whom each comparison looks at."""

    name: str
    same: bool
    share: float  # of the pairs of class `same` (for base classes: 1)
    share_within: float  # the same where both rows are of one kind of list
    like: Mapping[str, str]  # comparison -> base class; "default" for the rest
    kinds: frozenset[str]  # only where one of the two lists is of such a kind; empty: everywhere

    def base(self, comparison: str) -> str:
        return self.like.get(comparison, self.like["default"])


@dataclass(frozen=True)
class Home:
    """Who lives together, for models that tell housemates from strangers."""

    door: tuple[str, ...]  # columns that name a door well enough to look for somebody else's number behind it
    key: tuple[
        str, ...
    ]  # columns that name it exactly; housemates are measured on rows that share all of them
    ratio: float  # housemates a row has on average, before the lists tell
    measured_on: str | None  # the kind of list that tells; None: the priors stand


@dataclass(frozen=True)
class Costs:
    """What a mistake costs, in units of one case decided by a human."""

    wrong_link: float
    missed_link: float
    review: float

    @property
    def link_at(self) -> float:
        """Probability above which an automatic link costs less than leaving the rows apart."""
        return self.wrong_link / (self.wrong_link + self.missed_link)

    @property
    def review_from(self) -> float:
        """Below this probability a missed link costs less than a human's look."""
        return min(self.review / self.missed_link, self.link_at)

    @property
    def review_to(self) -> float:
        """Above this probability a wrong link costs less than a human's look."""
        return max(1 - self.review / self.wrong_link, self.link_at)


@dataclass(frozen=True)
class Model:
    """Everything that linking needs to know of lists of one kind."""

    name: str
    columns: (
        Columns | None
    )  # how received columns become standardised ones; None: the Chinese standardiser does it
    within_lists: str  # may one list hold a person twice: "yes", "no", or "auto"
    evidence: tuple[Evidence, ...]
    classes: tuple[PairClass, ...]
    blocks: tuple[BlockRule, ...]
    costs: Costs
    home: Home | None
    identity: str | None  # a column of numbers so well checked that a person never has two
    repeats: tuple[
        tuple[str, ...], ...
    ]  # equal rows of one list that have all columns of one of these are one person
    text: str = ""  # the file it was read from, to be kept with what was linked by it

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        return tuple(item.comparison for item in self.evidence)

    @property
    def hearsay(self) -> tuple[frozenset[str], frozenset[str]]:
        """Kinds of list whose rows may describe somebody else, and the comparisons that then look at him."""
        kinds = frozenset(kind for pair_class in self.classes for kind in pair_class.kinds)
        classes = [c for c in self.classes if c.kinds and c.same]
        names = {c.name for c in self.comparisons}
        return kinds, frozenset(n for n in names for c in classes if c.base(n) != SAME)

    @property
    def compared(self) -> tuple[str, ...]:
        """All standardised columns that linking looks at."""
        wanted = {column for comparison in self.comparisons for column in comparison.needs()}
        wanted |= {part.partition("[")[0] for rule in self.blocks for part in rule.parts}
        wanted |= {column for columns in self.repeats for column in columns}
        return tuple(sorted(wanted | ({self.identity} if self.identity else set())))


class ModelError(ValueError):
    """A model file that cannot be used; says which table and why."""
