"""Which way a unit is better: known, or not known and never guessed."""

from __future__ import annotations

import pytest

from gopybench.benchfmt import units


@pytest.mark.parametrize(
    ("unit", "better"),
    [
        *((unit, "lower") for unit in ("sec/op", "B/op", "allocs/op", "p99-latency-sec")),
        *((unit, "lower") for unit in ("peakmem-bytes", "bytes/person", "L1-misses/op", "cycles")),
        *((unit, "higher") for unit in ("B/s", "requests/sec", "frames/s")),
        *((unit, "") for unit in ("qps", "hit-rate", "events/min", "score", "sec-saved", "op")),
        ("", ""),
    ],
)
def test_which_way_is_better(unit: str, better: str) -> None:
    assert units.better(unit) == better
