"""A Spark session for linking, opened and closed by whoever was asked to run on Spark."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from lianfang.linkage.engine.pipeline import Linkage
from lianfang.linkage.engine.spark.fingerprint import differences, fingerprint
from lianfang.linkage.engine.spark.linking import link

#: Asked on so many tasks for each core before anything starts: most likely every executor answers.
QUESTIONS = 3
SETTINGS: Mapping[str, str] = {
    "spark.app.name": "lianfang",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.maxResultSize": "0",  # links and candidate pairs come to the driver; its memory is the limit
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
}


class SparkProblem(Exception):
    """Spark cannot be used, or gave up; the message says why."""


@contextmanager
def linking(
    master: str, settings: Mapping[str, str], *, standard: bool = True
) -> Iterator[Callable[..., Linkage]]:
    """`linking.link` on the cluster `master`. Raises SparkProblem, also for what fails inside."""
    session = open_session(master, settings)
    try:
        require_alike(session)
        yield partial(link, session, standard=standard)
    except (PySparkException, Py4JError) as problem:
        raise SparkProblem(said(problem)) from problem
    finally:
        session.stop()


def open_session(master: str, settings: Mapping[str, str]) -> SparkSession:
    """A session; on this machine's own executors they use this very Python. Raises SparkProblem."""
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise SparkProblem("Spark needs Java 17: install a Java runtime (Debian: default-jre-headless).")
    wanted = dict(SETTINGS)
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        source = str(Path(__file__).parents[4])
        wanted |= {"spark.ui.enabled": "false", "spark.executorEnv.PYTHONPATH": source}
    builder = SparkSession.builder.master(master)
    for key, value in {**wanted, **settings}.items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except Exception as problem:
        raise SparkProblem(f"no session on {master}: {said(problem)}") from problem
    session.sparkContext.setLogLevel("ERROR")
    return session


def require_alike(session: SparkSession) -> None:
    """Raises SparkProblem if an executor runs other software than the driver."""
    context, here = session.sparkContext, fingerprint()
    tasks = QUESTIONS * context.defaultParallelism
    there = context.parallelize(range(tasks), tasks).map(lambda _: fingerprint()).collect()
    for found in filter(None, (differences(answer, here) for answer in there)):
        raise SparkProblem(f"An executor would link otherwise than this machine: {found}.")


def said(problem: Exception) -> str:
    """The line of an exception that tells somebody what to do: of a Python error on an executor the last one."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    told = [line for line in lines if "Error: " in line or "Exception: " in line or "OtherSoftware: " in line]
    return (told or lines or [type(problem).__name__])[-1 if told else 0]
