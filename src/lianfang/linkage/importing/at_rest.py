"""The tables of a batch between its dry run and its end: sealed, but for the time in which a job works with them.

The same people stand in them as in the uploaded files, which lie sealed too. A process that was killed leaves them open
for the attempt that goes on; what no attempt will come for, `sweep` seals or takes away.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lianfang.linkage.importing import files, standing
from lianfang.linkage.importing.models import Import, ImportState
from lianfang.linkage.reconcile import WORK

_SEALED = ".sealed"


@contextmanager
def opened(batch: int, tell: Callable[[float], None] = lambda share: None) -> Iterator[Path]:
    """The folder of a batch with its tables as they are worked with; sealed again afterwards, however that ends.

    `tell` hears the share that is open, and in the end the share that is sealed, 0 … 1.
    Raises SealBrokenError, OSError.
    """
    folder = files.workplace(batch)
    found = sorted(folder.glob(f"*/*{_SEALED}"))
    for done, sealed in enumerate(found):
        tell(done / len(found))
        plain = sealed.with_suffix("")
        if not plain.exists():
            files.unseal_to(sealed, plain)
        sealed.unlink()
    try:
        yield folder
    except BaseException:
        close(folder)
        raise
    close(folder, tell)


def close(folder: Path, tell: Callable[[float], None] = lambda share: None) -> None:
    """Seal what lies open in the folder of a batch. The steps of a dry run that will go on stay."""
    found = [one for one in sorted(folder.glob("*/*")) if one.is_file() and one.parent.name != WORK]
    for done, plain in enumerate(found):
        tell(done / len(found))
        if plain.suffix != _SEALED and plain.suffix != ".part":
            files.seal_to(plain, plain.with_name(plain.name + _SEALED))
            plain.unlink()


def sweep() -> None:
    """Nothing lies open that no job works with: what a batch still needs is sealed, anything else goes."""
    for folder in files.workplaces():
        batch = Import.objects.filter(pk=int(folder.name)).first()
        if batch is not None and not standing.over(batch):
            continue
        if batch is not None and batch.state in (ImportState.READY, ImportState.APPLYING):
            shutil.rmtree(folder / WORK, ignore_errors=True)
            close(folder)
        else:
            files.clear(int(folder.name))
