"""The package recordlinkage on standardised person lists: `recordlinkage_chinese.py TABLE.parquet OUT [--threshold P]`.

Blocking on the keys that Splink gets, agreement of fifteen values, its classifier by expectation maximisation
(unsupervised, as the others), connected components from its best threshold. Runs in the environment of the peers.
"""

import argparse
import math
from pathlib import Path

import numpy as np
import pandas as pd
import recordlinkage
from child import Report
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

#: Pairs that share all columns of a key are compared.
BLOCKS = (
    ("id18",),
    ("id_text",),
    ("phone",),
    ("name_py", "birth"),
    ("name_py", "door"),
    ("surname_py", "id_head4", "id_tail"),
    ("name_py", "area"),
    ("surname_py", "door"),
    ("name_py", "building", "room"),
)
EXACT = (
    "name", "name_py", "surname_py", "given_py", "id18", "id_head4", "id_tail", "phone", "birth", "birth_year", "sex",
    "door", "compound", "building", "area",
)  # fmt: skip


def load(path: Path) -> pd.DataFrame:
    """The standardised table with the columns that blocks and comparisons read, by record."""
    frame = pd.read_parquet(path).set_index("record")
    frame["id_head4"] = frame["id_head"].str[:4]
    frame["door"] = frame["compound"] + "|" + frame["building"] + "|" + frame["room"]
    frame["area"] = frame["compound"].fillna(frame["cell_area"])
    wanted = {column for key in BLOCKS for column in key} | set(EXACT)
    return frame[sorted(wanted)]


def candidates(frame: pd.DataFrame) -> pd.MultiIndex:
    """Pairs of any block; a block takes rows that know the whole key."""
    found: pd.MultiIndex | None = None
    for key in BLOCKS:
        known = frame.dropna(subset=list(key))
        indexer = recordlinkage.Index()
        indexer.block(list(key))
        pairs = indexer.index(known)
        found = pairs if found is None else found.union(pairs)
    assert found is not None
    return found


def weights(frame: pd.DataFrame, pairs: pd.MultiIndex) -> np.ndarray:
    """Log2 odds of each pair, from the classifier's probability."""
    compare = recordlinkage.Compare(n_jobs=1)
    for column in EXACT:
        compare.exact(column, column, label=column)
    compare.string("name_py", "name_py", method="jarowinkler", threshold=0.9, label="similar")
    vectors = compare.compute(pairs, frame)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(vectors)
    probability = np.clip(classifier.prob(vectors).to_numpy(), 1e-15, 1 - 1e-15)
    return np.log2(probability / (1 - probability))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path, help="directory")
    parser.add_argument(
        "--threshold", type=float, default=-math.inf, help="log2 odds from which pairs are joined"
    )
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    report = Report("recordlinkage")
    frame = load(given.table)
    report.done("load")
    pairs = candidates(frame)
    report.done("block")
    weight = weights(frame, pairs)
    report.done("compare and learn")
    a, b = (np.asarray(pairs.get_level_values(level)).astype(np.uint32) for level in (0, 1))
    keep = weight >= given.threshold
    graph = coo_array((np.ones(keep.sum(), np.int8), (a[keep], b[keep])), shape=(len(frame), len(frame)))
    _, person = connected_components(graph, directed=False)
    report.done("cluster")
    report.finish(given.out / "report.json", pairs=len(pairs))
    if given.threshold == -math.inf:
        pd.DataFrame({"a": a, "b": b, "weight": weight}).to_parquet(given.out / "pairs.parquet")
    clusters = pd.DataFrame({"record": frame.index.to_numpy(), "person_id": person})
    clusters.to_parquet(given.out / "clusters.parquet")


if __name__ == "__main__":
    main()
