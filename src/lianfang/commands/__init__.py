"""The commands that need the database. Each module has `main(argv) -> int`; `lianfang.cli` names them."""
