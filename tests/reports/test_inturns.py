"""The ratios of results/versus.json as the report's tables."""

from __future__ import annotations

from typing import Any

from gopybench.reports.inturns import tables


def comparison(variant: str, mode: str, verdict: str, **values: Any) -> dict[str, Any]:
    params = {"variant": f"'{variant}'", "mode": f"'{mode}'", "n": "4000000"}
    of_go = {"variant": "'Person'", "mode": "'threads'" if mode == "processes" else f"'{mode}'"}
    return {
        "benchmark": "person.Lifecycle.time_lifecycle",
        "first": {**params, **of_go},
        "second": params,
        "verdict": verdict,
        **values,
    }


def run(environment: str, *comparisons: dict[str, Any], machine: str = "m") -> dict[str, Any]:
    return {
        "machine": machine,
        "commit": "0123456789",
        "first": {"environment": "go1.27"},
        "second": {"environment": environment},
        "date": "2026-11-28T09:00:00+00:00",
        "comparisons": list(comparisons),
    }


def test_ratios_stand_by_mode_and_size() -> None:
    sure = {"ratio": 2.5, "low": 2.449, "high": 2.551, "turns": 6}
    unsure = {"ratio": 1.1, "low": 0.9, "high": 1.4, "turns": 160}
    runs = [
        run(
            "py3.14",
            comparison("Person", "single", "measured", **sure),
            comparison("Person", "processes", "inconclusive", **unsure),
            comparison("PersonCdef", "single", "n/a", ratio=None),
        ),
        run("pypy3", comparison("Person", "single", "measured", **{**sure, "turns": 11})),
        run("py3.14", {**comparison("A", "single", "measured", **sure), "benchmark": "m.time_x"}),
        run("py3.14", comparison("Person", "single", "measured", **sure), machine="other"),
    ]
    first, second = tables(runs)
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in first.splitlines()]
    assert first.splitlines()[0] == (
        "Times as multiples of go1.27's at commit 01234567, measured in turns on m until "
        "2026-11-28, with 95 % intervals; 6 to 11 turns each."
    )
    assert lines[2] == [
        *("environment", "variant", "go1.27's"),
        *("processes to threads, 4,000,000", "single, 4,000,000"),
    ]
    ratio = "2.50× (2.45 to 2.55)"
    assert lines[4:] == [
        [
            "py3.14",
            "Person",
            "Person",
            "1.10× (0.90 to 1.40), inconclusive",
            "2.50× (2.45 to 2.55)",
        ],
        ["py3.14", "PersonCdef", "Person", "", "n/a"],
        ["pypy3", "Person", "Person", "", ratio],
    ]
    assert "on other" in second


def test_nothing_measured_in_turns_is_no_table() -> None:
    assert tables([]) == []
