"""Where linking runs: on this machine, or on a Spark cluster (`--engine spark --master URL`)."""

import importlib
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lianfang.linkage.engine.pipeline import Linkage, link

#: `pipeline.link`, or one that takes the same arguments.
Link = Callable[..., Linkage]
LOCAL, SPARK = "local", "spark"


class EngineProblem(Exception):
    """The engine asked for cannot be used; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def add_engine_options(parser: ArgumentParser) -> None:
    """`--engine`, `--master`, `--spark-conf`."""
    parser.add_argument(
        "--engine",
        choices=(LOCAL, SPARK),
        default=LOCAL,
        help="spark: on a cluster, see docs/develop/spark.md",
    )
    parser.add_argument("--master", metavar="URL", help="the Spark master, such as spark://host:7077 or yarn")
    parser.add_argument(
        "--spark-conf", action="append", default=[], metavar="KEY=VALUE", help="a setting of Spark"
    )


@contextmanager
def engine_chosen(given: Namespace, *, standard: bool) -> Iterator[Link]:
    """What links, as the options say; `standard`: with the standardised rows. Raises EngineProblem."""
    if given.engine == LOCAL:
        if given.master or given.spark_conf:
            raise EngineProblem(
                "--master 和 --spark-conf 只用于 --engine spark",
                "--master and --spark-conf go with --engine spark",
            )
        yield link
        return
    if not given.master:
        raise EngineProblem("--engine spark 需要 --master", "--engine spark needs --master URL")
    settings = _settings(given.spark_conf)
    session = _session_module()
    try:
        with session.linking(given.master, settings, standard=standard) as on_spark:
            yield lambda records, lists, *, work_dir=None, **options: on_spark(records, lists, **options)
    except session.SparkProblem as problem:
        raise EngineProblem(f"Spark：{problem}", f"Spark: {problem}") from problem


def _settings(words: Sequence[str]) -> dict[str, str]:
    settings = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key.startswith("spark."):
            raise EngineProblem(
                f"--spark-conf {word}：应为 spark.键=值", f"--spark-conf {word}: spark.KEY=VALUE is wanted"
            )
        settings[key] = value
    return settings


def _session_module() -> Any:
    """Loaded by name, so that nobody else needs pyspark."""
    try:
        return importlib.import_module("lianfang.linkage.engine.spark.session")
    except ModuleNotFoundError as problem:
        raise EngineProblem(
            f"Spark 未安装（缺 {problem.name}）：pip install 'lianfang[spark]'",
            f"Spark is not installed ({problem.name} is missing): pip install 'lianfang[spark]'",
        ) from problem
