"""What an import did, for the person who ran it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Summary:
    """What an import did.

    Attributes:
        written: the files written (or to be written), with how many benchmarks in each.
        unchanged: the files that held just these results already.
        joined: asv benchmarks of Python's that Go's values joined.
        defined: asv benchmarks that Go defines.
        left_out: (what, why) of all that was not imported by rule.
        gomaxprocs: the values of GOMAXPROCS, where a run has several.
        problems: what is wrong with the input, with file and line.
        samples: how many measurements were imported.
    """

    written: dict[str, int] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    joined: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    gomaxprocs: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    samples: int = 0
