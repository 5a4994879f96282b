"""How far it is from every building to every gate, on foot and for a fire engine, along the paths of the map.

Lines that people drew do not meet exactly: where two cross they are joined, and an end that comes close to another line
is joined to it. Buildings and gates take the nearest point of the nearest path. Where no path leads, people walk the
straight line, lengthened by what they usually have to go round; a fire engine goes nowhere without a wide path.
"""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are used
from numpy.typing import NDArray

from lianfang.gates.plan.ground import Ground, Point, Way

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

#: An end that is so near to another line touches it.
SNAP_METRES = 4.0
#: A door or gate that is farther from every path has none.
LINK_METRES = 120.0
#: Walking round things, where no path is known; so much longer than the straight line is usual in towns.
DETOUR = 1.3
_EARTH_METRES_A_DEGREE = 111_320.0
_SAME = 0.05  # metres: one point


@dataclass(frozen=True)
class Distances:
    """Metres, (buildings, gates); inf where no way leads. `drive` is for what needs a wide path."""

    walk: Floats
    drive: Floats


def measure(ground: Ground) -> Distances:
    """Along the paths where there are any, else as the crow flies times DETOUR."""
    places = [building.at for building in ground.buildings] + [gate.at for gate in ground.gates]
    plane = _Plane.round(places)
    points = plane.metres(places)
    lines = [(plane.metres(path.line), path.way) for path in ground.paths]
    count = len(ground.buildings)
    walk = _along([line for line, _ in lines], points, count)
    straight = DETOUR * np.hypot(*(points[:count, None] - points[None, count:]).transpose(2, 0, 1))
    drive = _along([line for line, way in lines if way is Way.DRIVE], points, count)
    return Distances(np.where(np.isfinite(walk), walk, straight), drive)


@dataclass(frozen=True)
class _Plane:
    """Metres east and north of a middle: a compound is small enough to be flat."""

    longitude: float
    latitude: float

    @classmethod
    def round(cls, places: list[Point]) -> "_Plane":
        longitude, latitude = np.mean(np.array(places, float), axis=0)
        return cls(float(longitude), float(latitude))

    def metres(self, line: list[Point] | tuple[Point, ...]) -> Floats:
        degrees = np.array(line, float).reshape(-1, 2) - (self.longitude, self.latitude)
        east = np.cos(np.radians(self.latitude))
        return degrees * _EARTH_METRES_A_DEGREE * (east, 1.0)


def _along(lines: list[Floats], points: Floats, count: int) -> Floats:
    """Distances from the first `count` points to the others."""
    start, end = _stretches(lines)
    far = np.full((count, len(points) - count), np.inf)
    if not len(start):
        return far
    cuts = _crossings(start, end)
    links = []  # point, stretch, how far along, metres to it
    for number, point in enumerate(points):
        near, share = _nearest(point, start, end)
        stretch = int(near.argmin())
        if near[stretch] <= LINK_METRES:
            links.append((number, stretch, float(share[stretch]), float(near[stretch])))
            cuts.append((stretch, float(share[stretch])))
    graph, where = _graph(start, end, cuts, links, len(points))
    sources = where[:count]
    there = scipy.sparse.csgraph.dijkstra(graph, directed=False, indices=sources)
    found: Floats = there[:, where[count:]]
    return found


def _stretches(lines: list[Floats]) -> tuple[Floats, Floats]:
    """Straight pieces of the lines, without those of no length."""
    if not lines:
        return np.zeros((0, 2)), np.zeros((0, 2))
    start = np.concatenate([line[:-1] for line in lines])
    end = np.concatenate([line[1:] for line in lines])
    long = np.hypot(*(end - start).T) > _SAME
    return start[long], end[long]


def _nearest(point: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Of every stretch: metres from the point, and how far along (0 … 1) its nearest place is."""
    way = end - start
    share = np.clip(((point - start) * way).sum(axis=1) / (way**2).sum(axis=1), 0.0, 1.0)
    return np.hypot(*(start + share[:, None] * way - point).T), share


def _crossings(start: Floats, end: Floats) -> list[tuple[int, float]]:
    """Where a stretch is cut: stretch, how far along."""
    cuts: list[tuple[int, float]] = []
    for number in range(len(start)):
        others = np.arange(len(start)) != number
        for tip in (start[number], end[number]):
            near, share = _nearest(tip, start, end)
            for stretch in np.flatnonzero(others & (near <= SNAP_METRES)):
                cuts.append((int(stretch), float(share[stretch])))
        later = np.arange(number + 1, len(start))
        own, other = _meet(start[number], end[number], start[later], end[later])
        inside = (own > 0) & (own < 1) & (other > 0) & (other < 1)
        for stretch in np.flatnonzero(inside):
            cuts += [(number, float(own[stretch])), (int(later[stretch]), float(other[stretch]))]
    return cuts


def _meet(start: Floats, end: Floats, starts: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """How far along the one stretch and along each of the others their lines cross; nan where they are parallel."""
    way, ways, between = end - start, ends - starts, starts - start
    turned = way[0] * ways[:, 1] - way[1] * ways[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        own = (between[:, 0] * ways[:, 1] - between[:, 1] * ways[:, 0]) / turned
        other = (between[:, 0] * way[1] - between[:, 1] * way[0]) / turned
    return own, other


def _graph(
    start: Floats,
    end: Floats,
    cuts: list[tuple[int, float]],
    links: list[tuple[int, int, float, float]],
    points: int,
) -> "tuple[scipy.sparse.csr_array, Places]":
    """The paths as a graph, and the node of every point."""
    stretch = np.concatenate([np.repeat(np.arange(len(start)), 2), [cut[0] for cut in cuts]]).astype(np.intp)
    share = np.concatenate([np.tile([0.0, 1.0], len(start)), [cut[1] for cut in cuts]])
    at = start[stretch] + share[:, None] * (end - start)[stretch]
    node = _joined(at, start, end, stretch)
    order = np.lexsort((share, stretch))
    before, after = order[:-1], order[1:]
    along = stretch[before] == stretch[after]
    a, b = node[before[along]], node[after[along]]
    length = np.hypot(*(at[before[along]] - at[after[along]]).T)
    first = len(at)
    where = first + np.arange(points)
    linked = {(each, part): place for place, (each, part) in enumerate(zip(stretch, share, strict=True))}
    to = np.array([node[linked[each, part]] for _, each, part, _ in links], np.intp)
    of = np.array([where[number] for number, *_ in links], np.intp)
    metres = np.array([away for *_, away in links], float)
    return _undirected(
        np.concatenate([a, of]), np.concatenate([b, to]), np.concatenate([length, metres]), first + points
    ), where


def _joined(at: Floats, start: Floats, end: Floats, stretch: Places) -> Places:
    """A number for each place, the same for places that are one: equal, or a line's end and what it nearly touches."""
    tip = scipy.spatial.cKDTree(np.concatenate([start, end])).query(at)[0] <= _SAME
    a, b = scipy.spatial.cKDTree(at).query_pairs(SNAP_METRES, output_type="ndarray").T.astype(np.intp)
    apart = np.hypot(*(at[a] - at[b]).T)
    # Two cuts of one stretch are two places, however near: their way along it is known.
    same = (apart <= _SAME) | ((tip[a] | tip[b]) & (stretch[a] != stretch[b]))
    pairs = scipy.sparse.csr_array((np.ones(int(same.sum())), (a[same], b[same])), shape=(len(at), len(at)))
    numbers: Places = scipy.sparse.csgraph.connected_components(pairs, directed=False)[1].astype(np.intp)
    return numbers


def _undirected(a: Places, b: Places, length: Floats, size: int) -> "scipy.sparse.csr_array":
    """The shortest where two nodes are joined more than once; a length of nothing is a way as well."""
    apart = a != b
    low, high = np.minimum(a, b)[apart], np.maximum(a, b)[apart]
    length = np.maximum(length[apart], 1e-6)
    order = np.lexsort((length, high, low))
    low, high, length = low[order], high[order], length[order]
    once = np.concatenate([[True], (low[1:] != low[:-1]) | (high[1:] != high[:-1])]) if len(low) else low > 0
    return scipy.sparse.csr_array((length[once], (low[once], high[once])), shape=(size, size))
