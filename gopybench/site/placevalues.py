"""One benchmark's values and their states in one environment, for all commits, in little memory.

A place is a combination of parameters at a commit. It has a value, or it failed, or the
benchmark said that it is not available there, or it was never asked for, and is not there.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Any

from gopybench.asvdata import noted

# How a place without a value is kept, beside NaN where nothing was measured.
NA, FAILED = math.inf, -math.inf

# The same as the pages read it.
STATES = {NA: "n/a", FAILED: "failed"}


class PlaceValues:
    """Values, numbers of samples and confidence intervals, a row for each commit.

    Attributes:
        code: by commit, with which code of the benchmark it was measured, where that is noted.
        campaign: by commit, in which campaign it was measured, as a place among the site's.
        reasons: by commit and place, why there is no value, where that is noted.
    """

    def __init__(self, combinations: int) -> None:
        self._blank = array("d", [math.nan]) * combinations
        self._rows: dict[int, int] = {}
        self._value, self._low, self._high = array("d"), array("d"), array("d")
        self._samples = array("d")
        self.code: dict[int, noted.Code] = {}
        self.campaign: dict[int, int] = {}
        self.reasons: dict[int, dict[int, str]] = {}

    def put(
        self, commit: int, values: Sequence[Any], stats: Sequence[Any], tried: Sequence[bool]
    ) -> None:
        """Take a commit's values, as asv has them: None failed, NaN is not available."""
        width = len(self._blank)
        start = self._rows.setdefault(commit, len(self._rows)) * width
        if start == len(self._value):
            for column in (self._value, self._samples, self._low, self._high):
                column.extend(self._blank)
        for place, (value, stat, was_tried) in enumerate(zip(values, stats, tried), start):
            if not was_tried:
                continue
            if value is None:
                self._value[place] = FAILED
            elif math.isfinite(value):
                self._value[place] = value
                if not stat:
                    continue
                samples, low, high = stat.get("repeat"), stat.get("ci_99_a"), stat.get("ci_99_b")
                if samples:
                    self._samples[place] = samples
                # Of few samples asv's interval may be without an end.
                if low is not None and high is not None and math.isfinite(high - low):
                    self._low[place], self._high[place] = low, high
            else:
                self._value[place] = NA

    def column(self, place: int) -> dict[int, float]:
        """Return the values of one combination of parameters by the commits that tried it.

        A state is a number that is not finite: :data:`NA` or :data:`FAILED`.
        """
        values = zip(self._rows, self._value[place :: len(self._blank)])
        return {commit: value for commit, value in values if not math.isnan(value)}

    def samples(self, place: int) -> dict[int, int]:
        """Return the numbers of samples of one combination by commit, where they are known."""
        numbers = zip(self._rows, self._samples[place :: len(self._blank)])
        return {commit: int(number) for commit, number in numbers if number == number}

    def at(self, commit: int) -> Sequence[float]:
        """Return a commit's values and states by place, NaN where nothing was asked for."""
        row = self._rows.get(commit)
        width = len(self._blank)
        return self._blank if row is None else self._value[row * width : (row + 1) * width]

    def row(self, commit: int) -> list[Any] | None:
        """Return what the pages read of a commit, by place; None where there is nothing.

        That is a value, or ``[value, samples, low, high]`` where one of the three is known; a
        state in words; or None where nothing was asked for. NaN is written as null.
        """
        row = self._rows.get(commit)
        if row is None:
            return None
        width = len(self._blank)
        at = slice(row * width, (row + 1) * width)
        values: list[Any] = self._value[at].tolist()
        more = [column[at].tolist() for column in (self._samples, self._low, self._high)]
        # A sum is not finite where one of its parts is not: nearly always all is known.
        if not math.isfinite(sum(values)):
            values = [STATES.get(value, value) for value in values]
        elif math.isfinite(sum(map(sum, more))):
            return [[v, int(n), low, high] for v, n, low, high in zip(values, *more)]
        return [
            value if n != n and low != low else [value, int(n) if n == n else None, low, high]
            for value, n, low, high in zip(values, *more)
        ]

    def reason(self, commit: int, place: int) -> str:
        """Return why there is no value; empty where that is not known."""
        return self.reasons.get(commit, {}).get(place, "")

    def exact(self, commit: int, place: int) -> Any:
        """Return a value as the page reads it: with its interval, why there is none, or None."""
        row = self._rows.get(commit)
        if row is None:
            return None
        at = row * len(self._blank) + place
        value, low, high = self._value[at], self._low[at], self._high[at]
        if math.isnan(value):
            return None
        if not math.isfinite(value):
            return STATES[value]
        return [value, low, high] if low == low else [value]
