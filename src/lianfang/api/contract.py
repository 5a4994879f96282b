"""`lianfang contract`: write the API's contract, from which the web's types are made."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from lianfang.api.app import described

CONTRACT = Path(__file__).resolve().parents[3] / "contracts" / "openapi.json"


def contract() -> str:
    """The contract as text, the same for the same code."""
    return json.dumps(described(), ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"


def main(argv: Sequence[str]) -> int:
    """Write the contract to contracts/openapi.json or to the file named."""
    parser = ArgumentParser(prog="lianfang contract", description="Write the API's contract (OpenAPI).")
    parser.add_argument("file", type=Path, nargs="?", default=CONTRACT)
    file: Path = parser.parse_args(argv).file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(contract(), encoding="utf-8")
    print(file)
    return 0
