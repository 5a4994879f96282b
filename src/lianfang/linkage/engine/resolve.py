"""From weighted pairs of rows to persons: rounds in which rows and groups of rows join a person, under vetoes.

Judging pairs alone and chaining them is how father and son end up as one: each of two links looks good. Here whole
groups are judged. What a group shows in each comparison is the best that any of its rows shows; a group joins the
person that explains it best, and only if no other person explains it about as well; two valid and different ID
numbers never meet in one person. Strong joins come first, so that weak ones are judged against fuller persons.

Everything looks only at candidate pairs, so the result for a connected part of the pairs does not depend on the
rest: parts can be resolved on different machines. One number in between depends on all of them: how many people
the best known list does not have (`begin`, `outside`, `finish`).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import NULL, Indices
from lianfang.linkage.engine.connected import connected
from lianfang.linkage.engine.edges import (
    Edges,
    Floats,
    Ints,
    Joins,
    Resolution,
    best_known,
    distinct_pairs,
    missing_share,
)
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.patterns import compare_pairs, pack
from lianfang.linkage.engine.samples import DOORS, Rows, circles, pair_of_kinds
from lianfang.linkage.engine.settled import Apart, Settled
from lianfang.linkage.engine.unique import crowded, distinct, numbered, repeated
from lianfang.linkage.engine.weights import Weights

#: Weights (log2 odds) a join must reach, round after round; the model's costs set the last one.
SCHEDULE = (14.0, 9.0, 5.0, 2.0)
#: Rows that stand for a group when two groups are judged; a person with more distinct rows is known well enough.
MEMBERS = 6
FORBIDDEN = -40.0
NOT_TOGETHER = -3.0
#: Edges below this neither win nor weigh as rivals.
HOPELESS = -7.0
STRATUM_BITS, PATTERN_BITS = np.uint64(56), np.uint64((1 << 56) - 1)


class Resolver:
    """Resolves one set of rows with its candidate pairs."""

    def __init__(
        self,
        weights: Weights,
        rows: Rows,
        kind_rank: NDArray[np.uint8],
        identity: NDArray[np.uint64],
        alone: NDArray[np.uint16] | None = None,
        settled: Settled | None = None,
        pause: Callable[[], None] | None = None,
    ) -> None:
        self.settled = settled or Settled()
        self.apart = Apart(self.settled.apart)
        self.pause = pause  # called between rounds; may raise to stop
        self.weights = weights
        self.rows = rows
        self.rank = kind_rank  # 0 = the kind that says most about a person
        self.identity = identity  # hash of the valid ID number, 0 for none
        count = len(rows.kind)
        #: A list (counted from 1) of which a person has one row at most; 0 for the rows of any other list.
        self.alone = alone if alone is not None and alone.any() else None
        self.root: Ints = np.arange(count) if self.settled.root is None else self.settled.root
        self.missing: Floats | None = None
        self.joins = Joins(
            np.ones(count, np.float32),
            np.zeros(count, np.uint64),
            np.zeros(count, np.uint16),
            np.arange(count),
            np.zeros(count, bool),
            np.zeros(count, bool),
        )
        registrants, self.silenced = weights.model.hearsay
        self.hearsay = np.isin(rows.kind, [i for i, kind in enumerate(rows.kinds) if kind in registrants])

    def resolve(self, a: Indices, b: Indices, weight: Floats, link_at: float) -> Resolution:
        """Candidate pairs of rows with their weights → persons."""
        edges = self.begin(a, b, weight, link_at)
        missing = self.settled.missing
        if missing is None:
            kinds = np.bincount(self.rows.kind, minlength=len(self.rows.kinds))
            missing = missing_share(*self.outside(best_known(self.rank, kinds)))
        return self.finish(edges, missing, link_at)

    def begin(self, a: Indices, b: Indices, weight: Floats, link_at: float) -> Edges:
        """The rounds before it is known how many people the best known list does not have; the edges left."""
        known = self.root
        self._unite(self.settled.same[:, 0], self.settled.same[:, 1])
        self.joins.decided = self.root != known
        self._join_certain(a, b, weight)
        edges = self._judge(*distinct_pairs(self.root[a], self.root[b]))
        for least in (*SCHEDULE, None):
            edges = self._rounds(edges, least, link_at)
        return edges

    def outside(self, best: int) -> Ints:
        """For each circle how many of its rows belong to people whom no list of the kind `best` has, and its rows."""
        elsewhere, circle = self._group_kinds()[self.root] != best, self.rows.circle
        count = DOORS * len(self.rows.kinds)
        return np.stack([np.bincount(circle[rows], minlength=count) for rows in (elsewhere, slice(None))])

    def finish(self, edges: Edges, missing: Floats, link_at: float) -> Resolution:
        """The last rounds. `missing` is of all rows there are, these here may be a part of them."""
        self.missing = missing
        edges = self._rounds(self._weigh_anew(edges), None, link_at)
        return Resolution(self.root, self.joins, edges, missing)

    def _rounds(self, edges: Edges, least: float | None, link_at: float) -> Edges:
        """Joins until nothing moves any more."""
        for _ in range(12):
            if self.pause is not None:
                self.pause()
            moved = self._round(edges, least, link_at)
            if moved is None:
                break
            edges = self._refresh(edges, moved)
        return edges

    def _join_certain(self, a: Indices, b: Indices, weight: Floats) -> None:
        """Rows with one valid ID number and no name that speaks against it."""
        certain = (self.identity[a] != 0) & (self.identity[a] == self.identity[b]) & (weight > SCHEDULE[0])
        x, y = a[certain].astype(np.int64), b[certain].astype(np.int64)
        before = self.root
        self._unite(x, y)
        if self.apart:
            allowed = self.apart.allowed(before, x, y, weight[certain], self.root)
            self.root = before
            self._unite(x[allowed], y[allowed])
        self.joins.certain = self.root != before
        self.joins.partner = self.root.copy()

    def _unite(self, x: Ints, y: Ints) -> None:
        """Groups that x[i] ~ y[i] connect become one, named after their smallest row."""
        self.root = connected(len(self.root), self.root[x], self.root[y])[self.root]

    def _judge(self, x: Ints, y: Ints) -> Edges:
        """Weighs each pair of groups by the best evidence that their rows give."""
        asked = np.zeros(len(self.root), bool)
        asked[x] = asked[y] = True
        order = np.flatnonzero(asked[self.root])
        order = order[np.argsort(self.root[order], kind="stable")]
        size = np.bincount(self.root[order], minlength=len(self.root))
        start = np.cumsum(size) - size
        size = np.minimum(size, MEMBERS)
        size_x, size_y = size[x], size[y]
        each = size_x * size_y
        pair = np.repeat(np.arange(len(x)), each)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(each) - each, each)
        a = order[start[x][pair] + within // size_y[pair]].astype(np.uint32)
        b = order[start[y][pair] + within % size_y[pair]].astype(np.uint32)
        model = self.weights.model
        levels = compare_pairs(model.comparisons, self.rows.columns, a, b)
        self._silence(levels, a, b)
        best = np.minimum.reduceat(levels, np.cumsum(each) - each, axis=0) if len(x) else levels
        conflict = self._conflict(best)
        silence_echoes(model, best)
        silence_repeats(model, best, self._on_one_list(x, y))
        pattern = pack(best)
        kind = self._group_kinds()
        stratum = pair_of_kinds(kind[x], kind[y], len(self.rows.kinds))
        weight = self.weigh(pattern, stratum, self._elimination(kind, x, y)) + self._repeats(x, y)
        weight[conflict] = FORBIDDEN
        if self.apart:
            weight[self.apart.between(self.root, x, y)] = FORBIDDEN
        if self.alone is not None:
            weight[pair[(self.alone[a] != 0) & (self.alone[a] == self.alone[b])]] = FORBIDDEN
        return Edges(x, y, weight, pattern, stratum.astype(np.uint16))

    def _weigh_anew(self, edges: Edges) -> Edges:
        """The same evidence between the same groups, weighed with what is known by now."""
        kind = self._group_kinds()
        missing = self._elimination(kind, edges.x, edges.y)
        weight = self.weigh(edges.pattern, edges.stratum.astype(np.intp), missing) + self._repeats(
            edges.x, edges.y
        )
        weight[edges.weight == FORBIDDEN] = FORBIDDEN
        return Edges(edges.x, edges.y, weight, edges.pattern, edges.stratum)

    def _repeats(self, x: Ints, y: Ints) -> Floats:
        """Bits against a join by which a person would stand once more on a list that seldom repeats people."""
        count = len(self.root)
        shared = np.zeros(len(x))
        for kind, bits in enumerate(self.weights.repeat_bits()):
            present = np.zeros(count, bool)
            present[self.root[self.rows.kind == kind]] = True
            shared += np.where(present[x] & present[y], bits, 0.0)
        return shared

    def weigh(self, pattern: NDArray[np.uint64], stratum: NDArray[np.intp], missing: Floats) -> Floats:
        """Weights of patterns, each distinct one worked out once."""
        weight = np.empty(len(pattern))
        for share in distinct(missing):
            part = missing == share
            # A pattern takes four bits a comparison; the stratum fits above it.
            keys, place = numbered(pattern[part] | stratum[part].astype(np.uint64) << STRATUM_BITS)
            known = self.weights.weigh(
                keys & PATTERN_BITS, (keys >> STRATUM_BITS).astype(np.intp), float(share)
            )
            weight[part] = known[place]
        return weight

    def _elimination(self, kind: NDArray[np.uint8], x: Ints, y: Ints) -> Floats:
        """The `missing` share for each pair of groups: only joins to the best known kind profit from elimination.

        `kind` of each group. A group names the parts of a door that any of its rows names.
        """
        if self.missing is None:
            return np.ones(len(x))
        door = np.zeros(len(self.root), np.uint8)
        np.bitwise_or.at(door, self.root, self.rows.door)
        best = self.rank[kind] == 0
        other = np.where(best[x], y, x)
        return np.where(best[x] != best[y], self.missing[circles(kind, door)[other]], 1.0)

    def _on_one_list(self, x: Ints, y: Ints) -> NDArray[np.bool_]:
        """Pairs of groups that both have a row of one kind of hearsay."""
        found = np.zeros(len(x), bool)
        for kind in np.unique(self.rows.kind[self.hearsay]):
            present = np.zeros(len(self.root), bool)
            present[self.root[self.rows.kind == kind]] = True
            found |= present[x] & present[y]
        return found

    def _conflict(self, levels: NDArray[np.uint8]) -> NDArray[np.bool_]:
        found = np.zeros(len(levels), bool)
        for column, item in enumerate(self.weights.model.evidence):
            found |= np.isin(
                levels[:, column], [item.comparison.levels.index(level) for level in item.forbids]
            )
        return found

    def _silence(self, levels: NDArray[np.uint8], a: Indices, b: Indices) -> None:
        """A registrant's name and ID number say nothing once better rows tell who the user is."""
        known = np.zeros(len(self.root), bool)
        known[self.root[~self.hearsay]] = True
        silent = self.hearsay & known[self.root]
        quiet = silent[a] | silent[b]
        if not quiet.any():
            return
        for column, comparison in enumerate(self.weights.model.comparisons):
            if comparison.name in self.silenced:
                levels[quiet, column] = NULL

    def _group_kinds(self) -> NDArray[np.uint8]:
        """For each group (at its smallest row) the kind that says most about it."""
        best = np.full(len(self.root), 255, np.uint8)
        np.minimum.at(best, self.root, self.rank[self.rows.kind])
        kind_of_rank = np.argsort(self.rank).astype(np.uint8)
        return kind_of_rank[np.minimum(best, len(kind_of_rank) - 1)]

    def _round(self, edges: Edges, least: float | None, link_at: float) -> NDArray[np.bool_] | None:
        """One round of joins; which groups changed, or None if nothing did."""
        least = max(-60.0 if least is None else least, np.log2(link_at / (1 - link_at)) - 1e-6)
        source, target, near = self._wishes(edges, least)
        weight = edges.weight[near]
        first = self._best(source, target, weight)
        share = self._shares(edges, source, target, weight, first)
        wanted = (share >= link_at) & (weight[first] >= least)
        chosen, share = first[wanted], share[wanted]
        if not len(chosen):
            return None
        accepted = self._stars(source[chosen], target[chosen], weight[chosen], edges)
        if not accepted.any():
            return None
        chosen, share = chosen[accepted], share[accepted]
        return self._apply(source[chosen], target[chosen], share, edges.where(near[chosen]))

    def _wishes(self, edges: Edges, least: float) -> tuple[Ints, Ints, Ints]:
        """Who may wish for whom, and the edge behind each: only of groups that have one of at least `least` bits.

        Late in a phase those are few, and a round costs what it looks at.
        """
        hot, asked = edges.weight >= least, np.zeros(len(self.root), bool)
        asked[edges.x[hot]] = asked[edges.y[hot]] = True
        near = edges.weight > HOPELESS
        forth, back = np.flatnonzero(near & asked[edges.x]), np.flatnonzero(near & asked[edges.y])
        source = np.concatenate([edges.x[forth], edges.y[back]])
        target = np.concatenate([edges.y[forth], edges.x[back]])
        return source, target, np.concatenate([forth, back])

    def _best(self, source: Ints, target: Ints, weight: Floats) -> Ints:
        """For each source, in their order, the position of its best edge: most weight, then the smallest target."""
        count = len(self.root)
        most = np.full(count, -np.inf)
        np.maximum.at(most, source, weight)
        top = np.flatnonzero(weight == most[source])
        smallest = np.full(count, count)
        np.minimum.at(smallest, source[top], target[top])
        first = top[target[top] == smallest[source[top]]]
        ordered: Ints = first[np.argsort(source[first], kind="stable")]
        return ordered

    def _shares(self, edges: Edges, source: Ints, target: Ints, weight: Floats, first: Ints) -> Floats:
        """How probable the best person of each group is, against nobody and against every rival.

        A rival is somebody else: two groups that are themselves likely one person do not compete.
        """
        best = np.full(len(self.root), -1)
        best[source[first]] = target[first]
        odds = np.exp2(np.clip(weight, -60, 60))
        rival = (best[source] != target) & ~self._likely(edges, best[source], target)
        total = np.bincount(source[rival], weights=odds[rival], minlength=len(self.root))
        shares: Floats = odds[first] / (1 + odds[first] + total[source[first]])
        return shares

    def _likely(self, edges: Edges, x: Ints, y: Ints) -> NDArray[np.bool_]:
        """Whether two groups are judged more likely one person than two."""
        concerned = np.zeros(len(self.root), bool)
        concerned[x] = concerned[y] = True
        likely = np.flatnonzero(edges.weight > 0)
        likely = likely[concerned[edges.x[likely]] & concerned[edges.y[likely]]]
        known = np.sort(edges.x[likely] << 32 | edges.y[likely])
        if not len(known):
            return np.zeros(len(x), bool)
        asked = np.minimum(x, y) << 32 | np.maximum(x, y)
        found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
        return found

    def _stars(self, x: Ints, y: Ints, weight: Floats, edges: Edges) -> NDArray[np.bool_]:
        """Which wishes x → y come true now: mutual ones, and those toward a group that itself stays or is mutual."""
        wish = np.full(len(self.root), -1)
        wish[x] = y
        mutual = wish[y] == x
        stays = (wish[y] < 0) | (wish[np.maximum(wish[y], 0)] == y)
        accepted: NDArray[np.bool_] = mutual | stays
        hub = np.where(mutual, np.minimum(x, y), np.where(wish[y] >= 0, np.minimum(y, wish[y]), y))
        group = np.full(len(self.root), -1)
        group[hub[accepted]] = hub[accepted]
        group[y[accepted]] = hub[accepted]
        group[x[accepted]] = hub[accepted]
        quarrel = self._quarrels(group, edges)
        troubled = accepted & quarrel[hub]
        if troubled.any():
            accepted &= ~troubled
            index = np.flatnonzero(troubled)
            best = index[np.lexsort((x[index], -weight[index], hub[index]))]
            keep = np.concatenate(([True], hub[best][1:] != hub[best][:-1]))
            accepted[best[keep]] = True
        return accepted

    def _quarrels(self, group: Ints, edges: Edges) -> NDArray[np.bool_]:
        """Hubs whose would-be members contradict one another."""
        quarrel = np.zeros(len(self.root), bool)
        together = (group[edges.x] >= 0) & (group[edges.x] == group[edges.y]) & (edges.weight < NOT_TOGETHER)
        quarrel[group[edges.x[together]]] = True
        hub = group[self.root]
        known = (hub >= 0) & (self.identity != 0)
        quarrel[repeated(hub[known], self.identity[known])] = True
        quarrel[self.apart.together(hub)] = True
        if self.alone is not None:
            listed = (hub >= 0) & (self.alone != 0)
            quarrel[crowded(hub[listed], self.alone[listed])] = True
        return quarrel

    def _apply(self, x: Ints, y: Ints, chance: Floats, edges: Edges) -> NDArray[np.bool_]:
        """Joins groups x[i] to y[i] and notes for the rows of the mover how they came."""
        before = self.root
        count = len(before)
        kind = self._group_kinds()
        # Of a mutual wish one side is the person joined: the better known one, else the one listed first.
        trust_x, trust_y = (self.rank[kind[side]].astype(np.int64) * count + side for side in (x, y))
        mover, settled = np.where(trust_x > trust_y, x, y), np.where(trust_x > trust_y, y, x)
        edge = np.full(count, -1)
        edge[mover] = np.arange(len(mover))
        rows = np.flatnonzero(edge[before] >= 0)
        by = edge[before[rows]]
        weaker = chance[by] <= self.joins.probability[rows]
        rows, by = rows[weaker], by[weaker]
        self.joins.probability[rows] = chance[by]
        self.joins.pattern[rows] = edges.pattern[by]
        self.joins.stratum[rows] = edges.stratum[by]
        self.joins.partner[rows] = settled[by]
        self.joins.certain[rows] = self.joins.decided[rows] = False
        self._unite(x, y)
        changed = np.zeros(count, bool)
        changed[x] = changed[y] = True
        changed[self.root[x]] = True
        return changed

    def _refresh(self, edges: Edges, changed: NDArray[np.bool_]) -> Edges:
        """Edges after joins: those between unchanged groups stay, the others are judged again."""
        stale = changed[edges.x] | changed[edges.y]
        x, y = distinct_pairs(self.root[edges.x[stale]], self.root[edges.y[stale]])
        return edges.where(~stale) + self._judge(x, y)


def silence_repeats(model: Model, levels: NDArray[np.uint8], repeated: NDArray[np.bool_]) -> None:
    """Removes, in place, levels that any two rows of one list of hearsay show."""
    for column, item in enumerate(model.evidence):
        moot = [item.comparison.levels.index(level) for level in item.moot_on_repeat]
        if moot:
            levels[repeated & np.isin(levels[:, column], moot), column] = NULL


def silence_echoes(model: Model, levels: NDArray[np.uint8]) -> None:
    """Removes, in place, what is only told again: the cell of a person's phone, where his address has spoken."""
    places = {comparison.name: place for place, comparison in enumerate(model.comparisons)}
    for column, item in enumerate(model.evidence):
        for level, heard in item.echoes.items():
            said = levels[:, column] == item.comparison.levels.index(level)
            spoken = np.zeros(len(levels), bool)
            for other in sorted({name.partition(".")[0] for name in heard}):
                named = model.evidence[places[other]].comparison.levels
                numbers = [n for n, name in enumerate(named) if f"{other}.{name}" in heard]
                spoken |= np.isin(levels[:, places[other]], numbers)
            levels[said & spoken, column] = NULL
