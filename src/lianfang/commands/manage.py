"""`lianfang manage …`: Django's own commands."""

from collections.abc import Sequence

from django.core.management import execute_from_command_line


def main(argv: Sequence[str]) -> int:
    """Run one management command. Django ends the process itself when the command fails."""
    execute_from_command_line(["lianfang manage", *argv])
    return 0
