"""One trial: two commits whose truth is known, judged by the gate and by its rivals."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from . import circumstances, rivals, workproject
from .busyload import load
from .plan import BUSY, INSTRUCTIONS, Trial
from .rawlines import Line
from .watchedcommand import Failed, Runner

# What is measured, as asv's --bench; a part of the benchmarks has the same work in both languages.
_BENCHMARKS = {"same": r"time_", "planted": r"Work\.time_", "counted": r"Work\.track_instructions"}


@dataclass(frozen=True)
class Scope:
    """What a trial takes of the project.

    Attributes:
        bench: a regular expression for the benchmarks' names.
        environments: asv's names of them; none stand for all.
        budget: for how many minutes the gate may measure.
    """

    bench: str
    environments: tuple[str, ...]
    budget: float = 15

    @classmethod
    def of(cls, trial: Trial) -> Scope:
        """Return what the plan wants: all of it for the same code, else each kind once."""
        environments = () if trial.part == "same" else workproject.PLAIN
        return cls(_BENCHMARKS[trial.part], environments)

    @property
    def options(self) -> list[str]:
        """The options that both the gate and asv understand."""
        chosen = [word for name in self.environments for word in ("-E", name)]
        return [*chosen, "--bench", self.bench]


def measure(trial: Trial, scope: Scope, runner: Runner) -> Line:
    """Have the commits of a trial judged, and return its line of raw numbers.

    Raises Failed, Stopped.
    """
    line = circumstances.opening(trial)
    started = time.monotonic()
    base, head = (
        # Measured twice, it is told apart, too.
        runner.commit(what, workproject.files_of(f"{what}, {line['started']}", percent))
        for what, percent in ((f"{trial.name}: base", 0), (f"{trial.name}: head", trial.planted))
    )
    with load(trial.name if trial.state == BUSY else None):
        line["gate"] = _gate(runner, base, head, scope)
        if trial.by != INSTRUCTIONS:
            line["asv"] = rivals.continuous(runner, base, head, scope.options)
            line["benchstat"] = rivals.benchstat(runner, base, head, scope.bench)
    line["seconds"] = round(time.monotonic() - started, 1)
    return line


def _gate(runner: Runner, base: str, head: str, scope: Scope) -> dict[str, Any]:
    command = ["gopybench", "gate", base, head, "--format", "json"]
    command += ["--budget", f"{scope.budget:g}", *scope.options]
    said = runner.run(*command, codes=(0, 1, 2))
    try:
        report = json.loads(said)
    except ValueError:
        raise Failed(f"the gate did not measure: see the end of {runner.log.name}") from None
    compared = [_comparison(c) for c in report["comparisons"] if c["verdict"] != "n/a"]
    if not compared:
        raise Failed(f"the gate compared nothing: see {runner.log.name}")
    return {
        "minutes": scope.budget,
        "seconds": round(report["seconds"], 1),
        "exit_code": report["exit_code"],
        "comparisons": compared,
    }


def _comparison(found: dict[str, Any]) -> dict[str, Any]:
    values = ", ".join(found["parameters"].values())
    kept = {key: found[key] for key in ("environment", "benchmark", "verdict")}
    kept["parameters"] = values
    kept["turns"] = len(found["base"])
    for bound in ("ratio", "low", "high"):
        kept[bound] = found[bound] and round(found[bound], 5)
    if found["why"]:
        kept["why"] = found["why"]
    return kept
