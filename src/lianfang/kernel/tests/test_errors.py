"""Errors are codes with parameters."""

import pytest

from lianfang.kernel import errors
from lianfang.kernel.errors import ProblemError


def test_a_problem_carries_code_status_and_parameters() -> None:
    problem = ProblemError(errors.CONFLICT, version=3)
    assert problem.status == 409
    assert problem.as_json() == {"code": "conflict", "params": {"version": 3}}
    assert str(problem) == "conflict {'version': 3}"


def test_an_undeclared_code_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        ProblemError("no.such_code")


def test_two_meanings_for_one_code_are_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        errors.declare("conflict", 409, "something else")
