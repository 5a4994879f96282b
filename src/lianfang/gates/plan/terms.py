"""What a plan must hold to, and what it is reckoned with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Shares of a day's crossings by hour when no register tells better: out to work and shopping, home in the evening.
USUAL_DAY = (
    0.002, 0.001, 0.001, 0.001, 0.002, 0.010, 0.040, 0.110, 0.105, 0.060, 0.055, 0.055,
    0.050, 0.040, 0.040, 0.045, 0.060, 0.105, 0.095, 0.055, 0.035, 0.020, 0.009, 0.004,
)  # fmt: skip
_SLICES = 4  # of an hour: the crossings of an hour come evenly


class TermsError(ValueError):
    """A number that no plan can be reckoned with."""


@dataclass(frozen=True)
class Terms:
    """Limits and rates. Raises TermsError.

    `walk_most` metres from a door to its gate; `wait_most` minutes in the queue; `drive_most` metres that a fire engine
    drives from an open gate; `crossings` a person and day, both directions; `check_seconds` one person's check in one
    lane; `day`: shares of a day's crossings, 24 hours; `metres_a_minute` on foot; `staff_a_gate`: people who keep one
    gate for a day, by all shifts.
    """

    walk_most: float = 500.0
    wait_most: float = 10.0
    drive_most: float = 1_500.0
    crossings: float = 1.0
    check_seconds: float = 6.0
    day: Sequence[float] = USUAL_DAY
    metres_a_minute: float = 70.0
    staff_a_gate: int = 6

    def __post_init__(self) -> None:
        numbers = (self.walk_most, self.wait_most, self.drive_most, self.check_seconds, self.metres_a_minute)
        if not all(np.isfinite(number) and number > 0 for number in numbers):
            raise TermsError("limits, the seconds of a check and the pace must be greater than nothing")
        if not 0 <= self.crossings <= 100 or self.staff_a_gate < 0:
            raise TermsError("crossings a day are 0 to 100, and nobody is fewer than nobody")
        day = np.asarray(self.day, float)
        if day.shape != (24,) or not np.isfinite(day).all() or (day < 0).any() or not day.sum() > 0:
            raise TermsError("a day has 24 hours, with shares of which at least one is greater than nothing")

    @property
    def slice_minutes(self) -> float:
        """Minutes of one slice of the day."""
        return 60 / _SLICES

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of a day's crossings in every slice; they add up to 1."""
        day: NDArray[np.float64] = np.repeat(np.asarray(self.day, float), _SLICES)
        shares: NDArray[np.float64] = day / day.sum()
        return shares

    def capacity(self, lanes: int) -> float:
        """People a gate checks in one slice."""
        return lanes * self.slice_minutes * 60 / self.check_seconds
