"""Splink on public data: `splink_english.py DATASET LISTS_DIR OUT`, in the environment of the peers.

Set up for each data set as Splink's own examples and documentation advise, with more blocking; writes all scored pairs.
"""

import argparse
import logging
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import splink.comparison_library as cl
from child import Report
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

BIRTH = {"input_is_string": True, "datetime_format": "%Y%m%d"}
FEBRL: dict[str, Any] = {
    "comparisons": [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("date_of_birth", **BIRTH),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]),
        cl.JaroWinklerAtThresholds("suburb", [0.9, 0.8]),
        cl.DamerauLevenshteinAtThresholds("postcode", [1]).configure(term_frequency_adjustments=True),
    ],
    "blocks": [
        block_on("soc_sec_id"),
        block_on("date_of_birth"),
        block_on("given_name", "surname"),
        block_on("surname", "postcode"),
        block_on("given_name", "postcode"),
        block_on("address_1", "postcode"),
        block_on("address_1", "street_number"),
    ],
    "deterministic": [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
    "training": [block_on("soc_sec_id"), block_on("date_of_birth"), block_on("given_name", "surname")],
}
SETTINGS: dict[str, dict[str, Any]] = {
    "febrl3": {**FEBRL, "link_type": "dedupe_only"},
    "febrl4": {**FEBRL, "link_type": "link_only"},
    "rldata10000": {
        "link_type": "dedupe_only",
        "comparisons": [
            cl.NameComparison("fname_c1"),
            cl.ExactMatch("fname_c2"),
            cl.NameComparison("lname_c1"),
            cl.ExactMatch("lname_c2"),
            cl.ExactMatch("birth_year").configure(term_frequency_adjustments=True),
            cl.ExactMatch("birth_month"),
            cl.ExactMatch("birth_day"),
        ],
        "blocks": [
            block_on("fname_c1", "lname_c1"),
            block_on("birth_year", "birth_month", "birth_day"),
            block_on("fname_c1", "birth_year", "birth_month"),
            block_on("fname_c1", "birth_year", "birth_day"),
            block_on("fname_c1", "birth_month", "birth_day"),
            block_on("lname_c1", "birth_year", "birth_month"),
            block_on("lname_c1", "birth_year", "birth_day"),
            block_on("lname_c1", "birth_month", "birth_day"),
        ],
        "deterministic": [block_on("fname_c1", "lname_c1", "birth_year", "birth_month", "birth_day")],
        "training": [block_on("fname_c1", "lname_c1"), block_on("birth_year", "birth_month", "birth_day")],
    },
    "fake_1000": {
        "link_type": "dedupe_only",
        "comparisons": [
            cl.NameComparison("first_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        "blocks": [
            block_on("first_name", "surname"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("first_name", "city"),
            block_on("surname", "city"),
            block_on("dob", "city"),
            block_on("email"),
        ],
        "deterministic": [block_on("first_name", "dob"), block_on("email")],
        "training": [block_on("first_name", "surname"), block_on("dob"), block_on("email")],
    },
    "historical_people": {
        "link_type": "dedupe_only",
        "comparisons": [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode_fake"),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        "blocks": [
            block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
            block_on("surname", "dob"),
            block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"),
            block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"),
            block_on("dob", "postcode_fake"),
        ],
        "deterministic": [block_on("first_name", "surname", "dob"), block_on("postcode_fake", "dob")],
        "training": [block_on("first_name", "surname"), block_on("dob")],
    },
}


#: Names that SQL keeps for itself.
RENAMED = {"by": "birth_year", "bm": "birth_month", "bd": "birth_day"}


def load(home: Path) -> list[pd.DataFrame]:
    """The lists in the order of their names, lower case, with unique_id counting over all of them."""
    frames = [
        pd.read_csv(path, dtype=str).rename(columns=RENAMED).apply(lambda column: column.str.lower())
        for path in sorted(home.glob("*.csv"))
        if path.name != "truth.csv"
    ]
    start = 0
    for frame in frames:
        frame.insert(0, "unique_id", range(start, start + len(frame)))
        start += len(frame)
    return frames


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", choices=sorted(SETTINGS))
    parser.add_argument("lists", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    logging.getLogger("splink").setLevel(logging.ERROR)
    told = SETTINGS[given.dataset]
    report = Report("splink")
    frames = load(given.lists)
    api = DuckDBAPI(duckdb.connect())
    tables = [api.register(frame, dataset_display_name=f"list{i}") for i, frame in enumerate(frames)]
    settings = SettingsCreator(
        link_type=told["link_type"],
        comparisons=told["comparisons"],
        blocking_rules_to_generate_predictions=told["blocks"],
        retain_matching_columns=False,
    )
    linker = Linker(tables if len(tables) > 1 else tables[0], settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(told["deterministic"], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in told["training"]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_weight=-10)
    report.done("link")
    report.finish(given.out / "report.json")
    api.duckdb_con.execute(
        f"COPY (SELECT unique_id_l AS a, unique_id_r AS b, match_weight AS weight FROM {pairs.physical_name})"
        f" TO '{given.out / 'pairs.parquet'}'"
    )


if __name__ == "__main__":
    main()
