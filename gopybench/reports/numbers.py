"""The values of one commit on one machine, by runtime, benchmark and parameters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

from asv.benchmarks import Benchmarks
from asv.results import Results

Key = tuple[str, str, str, tuple[str, ...]]

# A life cycle's seconds.
TIME = "person.Lifecycle.time_lifecycle"
_BYTES = "person.Lifecycle.track_bytes_per_person"


@dataclass(frozen=True)
class Numbers:
    """All values of one commit on one machine.

    Attributes:
        values: by runtime (as in asv's parameter ``python``), Cython's version or
            nothing, benchmark and its parameters in the order of their names'
            declaration; no n/a and nothing that failed.
        n: the number of persons that the findings are about, the largest.
    """

    values: dict[Key, float]
    n: int

    @classmethod
    def of(cls, results: Iterable[Results], benchmarks: Benchmarks, n: int) -> Numbers:
        """Take the numbers out of results of one commit and machine."""
        values: dict[Key, float] = {}
        for result in results:
            python, cython = result.params["python"], result.params.get("cython") or ""
            for name in result.get_result_keys(benchmarks):
                params = result.get_result_params(name)
                measured = result.get_result_value(name, params)
                for combination, value in zip(itertools.product(*params), measured):
                    if value is not None and not math.isnan(value):
                        key = tuple(text.strip("'") for text in combination)
                        values[python, cython, name, key] = value
        return cls(values, n)

    def runtimes(self) -> list[str]:
        """Return the runtimes that have numbers, in alphabetical order."""
        return sorted({python for python, *_ in self.values})

    def get(self, python: str, name: str, *params: object, cython: bool = False) -> float:
        """Return one value; raises KeyError where there is none."""
        version = next((c for p, c, *_ in self.values if p == python and c), "") if cython else ""
        if cython and not version:
            raise KeyError(python)
        return self.values[python, version, name, tuple(map(str, params))]

    def time(
        self, python: str, variant: str, mode: str = "single", n: int = 0, *, cython: bool = False
    ) -> float:
        """Return the seconds of a life cycle."""
        return self.get(python, TIME, variant, mode, n or self.n, cython=cython)

    def bytes(self, python: str, variant: str, *, cython: bool = False) -> float:
        """Return the bytes per person of a life cycle in a single thread."""
        return self.get(python, _BYTES, variant, "single", self.n, cython=cython)
