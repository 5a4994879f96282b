"""Where the header of a sheet is: title lines above it, one line or two, or none at all."""

from dataclasses import dataclass

from lianfang.linkage.readers.content import looks_like_data
from lianfang.linkage.readers.grid import Grid
from lianfang.linkage.readers.vocabulary import is_meaningless, meaning_of

_LOOK_AT = 40  # rows
Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Layout:
    """`header_rows` from 0, empty if the sheet has no header; `headings` and `groups` one per column."""

    header_rows: tuple[int, ...]
    headings: tuple[str | None, ...]
    groups: tuple[str, ...]


def find_layout(grid: Grid, header_rows: tuple[int, ...] | None = None) -> Layout:
    """The header of the grid. `header_rows` (from 0; empty: no header) are the user's word and are not
    questioned.
    """
    rows = [tuple(row) for row in grid.cells.head(_LOOK_AT).rows()]
    if header_rows is None:
        header_rows = _find_header(rows, grid)
    elif header_rows:
        rows = [tuple(row) for row in grid.cells.head(max(header_rows) + 1).rows()]
    if not header_rows:
        return Layout((), (None,) * grid.width, ("",) * grid.width)
    if len(header_rows) == 1:
        return Layout(header_rows, rows[header_rows[0]], ("",) * grid.width)
    top = _spread(rows[header_rows[0]], header_rows[0], grid)
    bottom = rows[header_rows[-1]]
    headings = tuple(low if low is not None else high for low, high in zip(bottom, top, strict=True))
    groups = tuple(high or "" if low is not None else "" for low, high in zip(bottom, top, strict=True))
    return Layout(header_rows, headings, groups)


def _spread(row: Row, index: int, grid: Grid) -> Row:
    """The upper header line with the text of merged cells in all their columns.

    A CSV has lost the merges: there an empty cell takes what stands on its left.
    """
    cells = list(row)
    across = [r for r in grid.merged if r[0] <= index <= r[2] and r[3] > r[1]]
    for first_row, first, _, last in across:
        if first_row == index:
            for column in range(first, min(last + 1, len(cells))):
                cells[column] = row[first]
    if not grid.merged:
        for column in range(1, len(cells)):
            if cells[column] is None:
                cells[column] = cells[column - 1]
    return tuple(cells)


@dataclass(frozen=True)
class _Score:
    filled: int
    known: int  # headings of the vocabulary
    fields: int  # those that give a field
    data: int  # cells that are values
    invented: int  # 列1, Column1


def _score(row: Row) -> _Score:
    filled = [cell for cell in row if cell is not None]
    known = fields = data = invented = 0
    for cell in filled:
        meaning = meaning_of(cell) if len(cell) <= 60 else None
        if meaning is not None and meaning.role not in ("unknown", "empty"):
            known += 1
            fields += bool(meaning.fields)
        elif is_meaningless(cell) and not cell.strip().isdigit():
            invented += 1
        elif looks_like_data(cell):
            data += 1
    return _Score(len(filled), known, fields, data, invented)


def _find_header(rows: list[Row], grid: Grid) -> tuple[int, ...]:
    scores = [_score(row) for row in rows]
    candidates = [i for i, score in enumerate(scores) if _may_be_header(score, grid.width)]
    if not candidates:
        return _unknown_header(rows, scores)
    best = max(scores[i].known for i in candidates)
    chosen = next(i for i in candidates if scores[i].known >= 0.6 * best)
    return _with_second_line(chosen, rows, scores, grid)


def _may_be_header(score: _Score, width: int) -> bool:
    if not score.fields or score.data > 0.2 * score.filled:
        return False
    if score.known >= 2:
        return score.known + score.invented >= 0.3 * score.filled or score.known >= 4
    return score.filled >= 2 or width == 1


def _unknown_header(rows: list[Row], scores: list[_Score]) -> tuple[int, ...]:
    """A first full row of invented or unknown headings above rows that hold values, or nothing."""
    filled = [i for i, score in enumerate(scores) if score.filled]
    for i in filled[:5]:
        score = scores[i]
        if score.filled >= 2 and score.invented >= 0.5 * score.filled and not score.data:
            return (i,)
    width = max((score.filled for score in scores), default=0)
    for place, i in enumerate(filled[:5]):
        score, below = scores[i], [scores[j] for j in filled[place + 1 : place + 6]]
        full = score.filled >= max(2, 0.6 * width)
        if full and not score.data and below and sum(s.data >= 1 for s in below) >= 0.8 * len(below):
            cells = [cell for cell in rows[i] if cell is not None]
            if len(set(cells)) == len(cells) and all(len(cell) <= 30 for cell in cells):
                return (i,)
    return ()


def _with_second_line(chosen: int, rows: list[Row], scores: list[_Score], grid: Grid) -> tuple[int, ...]:
    below, above = chosen + 1, chosen - 1
    if below < len(rows) and _is_lower_line(rows[chosen], rows[below], scores[below], chosen, grid):
        return (chosen, below)
    if above >= 0 and _is_upper_line(rows[above], scores[above], rows[chosen], above, grid):
        return (above, chosen)
    return (chosen,)


def _is_lower_line(top: Row, low: Row, score: _Score, index: int, grid: Grid) -> bool:
    """Sub-headings: only known words, and somewhere the upper line is blank or merged above them."""
    if not score.filled or score.data or score.fields < 1 or score.known < 0.6 * score.filled:
        return False
    if top == low:
        return False  # a header printed twice
    if any(r[0] == index and r[2] > index for r in grid.merged):
        return True
    across = any(r[0] == index and r[3] > r[1] for r in grid.merged)
    under_blank = any(t is None and cell is not None for t, cell in zip(top, low, strict=True))
    return (across or under_blank) and any(cell is None for cell in low + top)


def _is_upper_line(top: Row, score: _Score, low: Row, index: int, grid: Grid) -> bool:
    """Group headings above the header: at least two, or headings whose column is blank in the line below."""
    if score.data or not score.filled:
        return False
    spans = [r for r in grid.merged if r[0] == index]
    if any(r[3] - r[1] + 1 >= 0.8 * grid.width for r in spans):
        return False  # a title over the whole table
    lonely = any(
        t is not None and meaning_of(t).fields and cell is None for t, cell in zip(top, low, strict=True)
    )
    return lonely or (score.filled >= 2 and any(r[3] > r[1] or r[2] > r[0] for r in spans))
