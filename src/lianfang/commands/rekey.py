"""`lianfang rekey`: another secret key, and what was sealed with the old one sealed anew."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from lianfang import datadir
from lianfang.commands.serve import prepare_database
from lianfang.kernel.crypto import SealBrokenError
from lianfang.kernel.fields import SealedField
from lianfang.linkage.importing import files


def main(argv: Sequence[str]) -> int:
    """Make a new key and seal with it; or drop the old ones. Returns 1, after a sentence, when something is sealed
    with a key that is not there.
    """
    parser = ArgumentParser(
        prog="lianfang rekey", description="Change the server's secret key. Stop it before."
    )
    parser.add_argument("--data", metavar="DIR", help="data folder (default ./data)")
    parser.add_argument("--database", metavar="URL", help="postgresql://… instead of the embedded SQLite")
    parser.add_argument(
        "--forget", action="store_true", help="drop the old keys; sessions begun with them end"
    )
    options = parser.parse_args(argv)
    folder = Path(settings.LIANFANG_DATA)
    if problem := prepare_database():
        print(problem, file=sys.stderr)
        return 1
    if not options.forget:
        datadir.replace_key(folder)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = datadir.secret_key(folder), datadir.old_keys(folder)
    try:
        count, lists = reseal(), files.reseal()
    except SealBrokenError:
        print(
            "Something was sealed with a key that is not in secret.key any more: add that key there as a line of its "
            "own and run this again. Until then no old key is dropped.",
            file=sys.stderr,
        )
        return 1
    if options.forget:
        datadir.forget_old_keys(folder)
    left = len(datadir.old_keys(folder))
    print(
        f"{count} sealed values and {lists} files of lists carry the newest key; {left} old keys are kept in "
        f"{folder / 'secret.key'}."
    )
    return 0


def reseal() -> int:
    """Seal every sealed value with the newest key, all or none; returns how many. Raises SealBrokenError."""
    count = 0
    with transaction.atomic():
        for model, name in sealed_columns():
            # Of all rows, wherever they lie: the plain manager knows no scope.
            for row in model._base_manager.exclude(**{name: ""}).iterator():
                row.save(update_fields=[name])
                count += 1
    return count


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every model and field that the database holds sealed."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, SealedField):
                yield model, field.name
