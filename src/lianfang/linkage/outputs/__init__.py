"""Findings written as files: CSV, work list, summary and report. No Django."""

from lianfang.linkage.outputs.staging import OutputError, prepare_directory
from lianfang.linkage.outputs.summary import ListAccount, Summary, summarise
from lianfang.linkage.outputs.writing import FILES, write_results

__all__ = [
    "FILES",
    "ListAccount",
    "OutputError",
    "Summary",
    "prepare_directory",
    "summarise",
    "write_results",
]
