# ruff: noqa: E501 -- SQL
"""Splink on standardised person lists: `splink_chinese.py TABLE.parquet OUT --threshold W | --curve`.

Set up as somebody would who knows both Splink and the data: levels for homophones, misheard names, masked and mistyped
numbers, half addresses; term frequencies; blocking on fourteen keys; u by random sampling, with the one u that sampling
cannot see (equal ID numbers of strangers) stated; m by expectation maximisation over four blocking rules; connected
components. Runs in the environment of the peers and knows nothing of lianfang: the table comes from `prepare.py`.
"""

import argparse
import logging
from pathlib import Path
from typing import Any

import duckdb
from child import Report
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

#: Rows that Splink sees: standardised columns, and keys that blocking needs as plain columns.
RECORDS = """
CREATE TABLE records AS
SELECT record AS unique_id, kind,
       CASE WHEN name_form IN ('full', 'latin') THEN name END AS name,
       CASE WHEN name_form IN ('full', 'latin', 'nickname', 'masked') THEN surname END AS surname,
       CASE WHEN name_form IN ('full', 'nickname', 'masked') THEN surname_py END AS surname_py,
       CASE WHEN name_form IN ('full', 'nickname') THEN given END AS given,
       CASE WHEN name_form = 'full' THEN given_py END AS given_py,
       name_py, surname_pyf || ' ' || given_pyf AS name_pyf,
       id18, CASE WHEN id_form NOT IN ('ruined', 'none') THEN id_text END AS id_text, id_head, id_tail, left(id_head, 4) AS id_head4,
       coalesce(id_form = 'masked', false) AS id_is_masked,
       CASE WHEN id_form IN ('valid', 'checksum', 'malformed') THEN left(id_text, 14) END AS id_front,
       coalesce(sex, name_sex) AS sex, strftime(birth, '%Y%m%d') AS birth, birth_year,
       phone, compound, building, room, community, cell_area,
       compound || '|' || building || '|' || room AS door,
       coalesce(compound, cell_area) AS area,
       CASE WHEN count(*) OVER (PARTITION BY name_py) <= 20 THEN name_py END AS rare_py
FROM read_parquet(?)
"""


def level(sql: str, label: str, **more: Any) -> dict[str, Any]:
    """One level of a comparison; `more` as in Splink's settings."""
    return {"sql_condition": sql, "label_for_charts": label, **more}


def unknown(sql: str) -> dict[str, Any]:
    """The level of pairs that say nothing."""
    return level(sql, "unknown", is_null_level=True)


ELSE = level("ELSE", "different")

#: The other value of a pair is known from both ID numbers, which are compared as such.
BOTH_IDS = "(id18_l IS NOT NULL AND id18_r IS NOT NULL)"

NAME = {
    "output_column_name": "name",
    "comparison_levels": [
        unknown("(name_l IS NULL AND surname_py_l IS NULL) OR (name_r IS NULL AND surname_py_r IS NULL)"),
        level("name_l = name_r", "same name", tf_adjustment_column="name"),
        level(
            "name_py_l = name_py_r",
            "homophone",
            tf_adjustment_column="name_py",
            disable_tf_exact_match_detection=True,
        ),
        level("name_pyf_l = name_pyf_r", "misheard"),
        level(
            "surname_py_l = surname_py_r AND (name_l IS NULL OR name_r IS NULL)",
            "part of a name",
            m_probability=0.02,
            fix_m_probability=True,
        ),
        level(
            "surname_l = surname_r AND length(name_l) >= 3 AND levenshtein(name_l, name_r) <= 1",
            "one character differs",
            m_probability=0.005,
        ),
        level("given_py_l = given_py_r", "same given name", m_probability=0.001),
        level(
            "surname_py_l = surname_py_r AND kind_l = 'carrier' AND kind_r <> 'carrier'"
            " OR surname_py_l = surname_py_r AND kind_r = 'carrier' AND kind_l <> 'carrier'",
            "same surname, a carrier row",
            m_probability=0.03,
            fix_m_probability=True,
        ),
        level("surname_py_l = surname_py_r", "same surname"),
        level(
            "kind_l = 'carrier' AND kind_r <> 'carrier' OR kind_r = 'carrier' AND kind_l <> 'carrier'",
            "different, a carrier row",
            m_probability=0.03,
            fix_m_probability=True,
        ),
        level("ELSE", "different", m_probability=0.01, fix_m_probability=True),
    ],
}
IDENTITY = {
    "output_column_name": "identity",
    "comparison_levels": [
        unknown("id_text_l IS NULL OR id_text_r IS NULL"),
        # random pairs with equal numbers are pairs of one person: sampling cannot tell how rare they are among strangers
        level("id18_l = id18_r", "same number", u_probability=1e-9, fix_u_probability=True),
        level("id_text_l = id_text_r", "same text", u_probability=1e-8, fix_u_probability=True),
        level(
            "(id_is_masked_l OR id_is_masked_r) AND id_tail_l = id_tail_r"
            " AND (starts_with(id_head_l, id_head_r) OR starts_with(id_head_r, id_head_l))",
            "agrees behind a mask",
            u_probability=1e-5,
            fix_u_probability=True,
        ),
        level(
            "NOT id_is_masked_l AND NOT id_is_masked_r AND length(id_text_l) >= 15 AND (left(id_text_l, 6) = left(id_text_r, 6) OR right(id_text_l, 6) = right(id_text_r, 6)) AND damerau_levenshtein(id_text_l, id_text_r) <= 2",
            "a typing error",
            u_probability=1e-7,
            fix_u_probability=True,
        ),
        level(
            "(id_is_masked_l OR id_is_masked_r) AND (kind_l = 'carrier') <> (kind_r = 'carrier')",
            "differs, masked, a carrier row",
        ),
        level("id_is_masked_l OR id_is_masked_r", "differs, masked"),
        level(BOTH_IDS, "two valid numbers", m_probability=0.003, fix_m_probability=True),
        ELSE,
    ],
}
BIRTH = {
    "output_column_name": "birth",
    "comparison_levels": [
        unknown(f"birth_l IS NULL OR birth_r IS NULL OR {BOTH_IDS}"),
        level("birth_l = birth_r", "same day"),
        level("damerau_levenshtein(birth_l, birth_r) <= 1", "one digit"),
        level("abs(birth_year_l - birth_year_r) <= 1", "a year apart"),
        ELSE,
    ],
}
AGE = {
    "output_column_name": "age",
    "comparison_levels": [
        unknown(
            "birth_year_l IS NULL OR birth_year_r IS NULL OR (birth_l IS NOT NULL AND birth_r IS NOT NULL)"
        ),
        level("abs(birth_year_l - birth_year_r) <= 1", "a year apart"),
        level("abs(birth_year_l - birth_year_r) <= 5", "five years apart"),
        ELSE,
    ],
}
SEX = {
    "output_column_name": "sex",
    "comparison_levels": [
        unknown(f"sex_l IS NULL OR sex_r IS NULL OR {BOTH_IDS}"),
        level("sex_l = sex_r", "same"),
        ELSE,
    ],
}
PHONE = {
    "output_column_name": "phone",
    "comparison_levels": [
        unknown("phone_l IS NULL OR phone_r IS NULL"),
        level("phone_l = phone_r", "same number", tf_adjustment_column="phone"),
        level("length(phone_l) = length(phone_r) AND hamming(phone_l, phone_r) = 1", "one digit"),
        level(
            "kind_l = 'carrier' OR kind_r = 'carrier'",
            "different, a carrier row",
            m_probability=0.08,
            fix_m_probability=True,
        ),
        ELSE,
    ],
}
PLACE = {
    "output_column_name": "place",
    "comparison_levels": [
        unknown("(compound_l IS NULL AND room_l IS NULL) OR (compound_r IS NULL AND room_r IS NULL)"),
        level("door_l = door_r", "same door", tf_adjustment_column="door"),
        level(
            "building_l = building_r AND room_l = room_r AND (compound_l IS NULL OR compound_r IS NULL)",
            "same door, compound unknown",
        ),
        level("building_l = building_r AND room_l = room_r", "same door, other compound"),
        level(
            "compound_l = compound_r AND building_l = building_r AND (room_l IS NULL OR room_r IS NULL)",
            "same building",
        ),
        level("compound_l = compound_r AND room_l = room_r", "same room, other building"),
        level("compound_l = compound_r AND building_l = building_r", "neighbours"),
        level("compound_l = compound_r", "same compound"),
        ELSE,
    ],
}
CELL = {
    "output_column_name": "cell",
    "comparison_levels": [
        unknown("coalesce(cell_area_l, cell_area_r) IS NULL OR coalesce(cell_area_l, compound_l, community_l) IS NULL"
                " OR coalesce(cell_area_r, compound_r, community_r) IS NULL"),
        level("cell_area_l = compound_r OR cell_area_r = compound_l", "cell of the compound"),
        level("cell_area_l = community_r OR cell_area_r = community_l OR cell_area_l = cell_area_r", "cell of the community"),
        ELSE,
    ],
}  # fmt: skip

BLOCKS = [
    block_on("id18"),
    block_on("phone"),
    block_on("id_text"),
    block_on("name_py", "birth"),
    block_on("name_py", "door"),
    block_on("name_py", "id_tail"),
    block_on("surname_py", "id_head4", "id_tail"),
    block_on("name_py", "area"),
    block_on("surname_py", "door"),
    block_on("given_py", "door"),
    block_on("name_py", "building", "room"),
    block_on("surname_py", "id_front"),
    block_on("name_py", "substr(phone, 8, 4)"),
    block_on("rare_py"),
]
TRAINING = [
    block_on("id18"),
    block_on("name_py", "phone"),
    block_on("name_py", "door"),
    block_on("name_py", "id_head4", "id_tail"),
]


def linker_of(table: Path) -> tuple[Linker, duckdb.DuckDBPyConnection]:
    """The table loaded, the model as it is before training."""
    con = duckdb.connect()
    con.execute(RECORDS, [str(table)])
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[NAME, IDENTITY, BIRTH, AGE, SEX, PHONE, PLACE, CELL],
        blocking_rules_to_generate_predictions=BLOCKS,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    records = DuckDBAPI(con).register("records", dataset_display_name="people")
    return Linker(records, settings, log_level=logging.ERROR), con


def train(linker: Linker) -> None:
    """Parameters from the data, in the order that Splink's documentation recommends."""
    linker.training.estimate_probability_two_random_records_match(
        [block_on("id18"), block_on("name", "phone"), block_on("name", "door")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in TRAINING:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True
        )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path, help="directory")
    parser.add_argument(
        "--threshold", type=float, help="match weight (log2 odds) from which pairs are joined"
    )
    parser.add_argument(
        "--floor", type=float, default=-4.0, help="without --threshold: the least weight written"
    )
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    logging.getLogger("splink").setLevel(logging.ERROR)
    report = Report("splink")
    linker, con = linker_of(given.table)
    report.done("load")
    train(linker)
    report.done("learn")
    weight = given.floor if given.threshold is None else given.threshold
    pairs = linker.inference.predict(threshold_match_weight=weight)
    report.done("predict")
    if given.threshold is None:
        report.finish(given.out / "report.json")
        linker.misc.save_model_to_json(str(given.out / "model.json"), overwrite=True)
        con.execute(
            f"COPY (SELECT unique_id_l AS a, unique_id_r AS b, match_weight AS weight FROM {pairs.physical_name})"
            f" TO '{given.out / 'pairs.parquet'}'"
        )
        return
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_weight=weight
    )
    report.done("cluster")
    report.finish(given.out / "report.json")
    con.execute(
        f"COPY (SELECT unique_id AS record, cluster_id AS person_id FROM {clusters.physical_name})"
        f" TO '{given.out / 'clusters.parquet'}'"
    )


if __name__ == "__main__":
    main()
