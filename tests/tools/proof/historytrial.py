"""A history: measured commit by commit, judged by asv, by otava and by ``gopybench triage``."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

from ...conftest import Project
from . import circumstances, historyplan, historyseries, otava, workproject
from .busyload import load
from .plan import Trial
from .rawlines import Line
from .watchedcommand import Failed, Runner

BENCH = r"Work\.time_"
# For how many minutes triage may measure.
BUDGET = 50.0


def project_of(history: str, directory: Path) -> Project:
    """Return the project of a history, with its first state."""
    return workproject.project_in(directory, historyplan.project_files(), history)


def commits_of(history: str, runner: Runner) -> list[str]:
    """Return the hashes of the history's commits; those that are missing are made."""
    made = runner.run("git", "rev-list", "--reverse", "HEAD").split()[1:]
    for number in range(len(made), historyplan.COMMITS):
        files = historyplan.files_of(history, number)
        made.append(runner.commit(f"Commit {number}", files))
    return made


def trial(trial: Trial, runner: Runner, directory: Path, say: Callable[[str], None]) -> Line:
    """Have a history measured and judged, and return its line of raw numbers.

    What was measured before a stop is kept in the project. Raises Failed, Stopped.
    """
    line = circumstances.opening(trial)
    started = time.monotonic()
    line["planted_changes"] = [list(astuple(of)) for of in historyplan.HISTORIES[trial.part]]
    line["measured"] = measure(trial.part, runner, say)
    line |= judge(trial.part, runner, directory)
    line["seconds"] = round(time.monotonic() - started, 1)
    return line


def measure(history: str, runner: Runner, say: Callable[[str], None]) -> list[Line]:
    """Have asv measure each commit that is missing; return what each took, with its campaign.

    Raises Failed, Stopped.
    """
    commits = commits_of(history, runner)
    kept = runner.project.home / "measured.jsonl"
    done = [json.loads(text) for text in kept.read_text().splitlines()] if kept.exists() else []
    while len(done) < len(commits):
        number = len(done)
        campaign = historyplan.campaign_of(number)
        # A day of development: each campaign is measured at one stretch, if nobody stops it.
        with contextlib.ExitStack() as loads:
            for which in range(historyplan.LOADS[campaign]):
                loads.enter_context(load(f"{history}-{campaign}-{which}-{number}"))
            while number < len(commits) and historyplan.campaign_of(number) == campaign:
                started = time.monotonic()
                machine = circumstances.machine()
                command = ["asv", "run", f"{commits[number]}^!", "--bench", BENCH]
                variables = {"GOPYBENCH_CAMPAIGN": f"{history}-{campaign}"}
                runner.run(*command, variables=variables)
                seconds = round(time.monotonic() - started, 1)
                done.append({"campaign": campaign, "seconds": seconds, "load": machine["load"]})
                with kept.open("a") as file:
                    file.write(json.dumps(done[-1]) + "\n")
                number += 1
                say(f"{history}: commit {number} of {len(commits)} in {seconds:.0f} s")
    return done


def judge(history: str, runner: Runner, directory: Path) -> Line:
    """Return what is said of the history that was measured.

    *directory* is where otava lives. Raises Failed, Stopped.
    """
    commits = commits_of(history, runner)
    series = historyseries.read(runner.project.path, commits)
    if not series:
        raise Failed(f"asv has no times of {history}: see {runner.log.name}")
    return {
        "commits": [commit[:10] for commit in commits],
        "regressions": {
            "default": _regressions(runner, historyplan.DEFAULT_CONFIG),
            "half": _regressions(runner, "asv.conf.json"),
        },
        "series": [
            {
                "environment": of["environment"],
                "name": of["name"],
                "values": [value and float(f"{value:.6g}") for value in of["values"]],
                "steps": historyseries.steps(of["values"], of["weights"]),
            }
            for of in series
        ],
        "otava": _otava(series, runner, directory),
        "triage": _triage(runner, commits),
    }


def _regressions(runner: Runner, config: str) -> int:
    """Return how many rows asv's list of regressions has with a configuration."""
    runner.run("asv", "--config", config, "publish", "--no-pull")
    rows = json.loads((runner.project.path / "html/regressions.json").read_text())["regressions"]
    return sum(len(row[6]) for row in rows)


def _otava(series: list[Line], runner: Runner, directory: Path) -> list[Line] | None:
    """Return otava's change points; None where it cannot be installed."""
    try:
        return otava.changes(otava.installed(directory / "otava", runner), series, runner)
    except Failed as failure:
        print(f"apache-otava is left out: {failure}", flush=True)
        return None


def _triage(runner: Runner, commits: list[str]) -> dict[str, Any]:
    """Have the findings measured, and return what is said of each.

    What was judged by other deciding code is forgotten.
    """
    verdicts = runner.project.path / "results" / "verdicts.json"
    by, code = runner.project.home / "judged-by", circumstances.deciding_code()
    if not by.exists() or by.read_text() != code:
        verdicts.unlink(missing_ok=True)
        by.write_text(code)
    started = time.monotonic()
    command = ["gopybench", "triage", "--format", "json", "--budget", f"{BUDGET:g}"]
    said = runner.run(*command, codes=(0, 1, 2))
    try:
        report = json.loads(said)
    except ValueError:
        raise Failed(f"triage did not judge: see the end of {runner.log.name}") from None
    places = {commit: number for number, commit in enumerate(commits)}
    return {
        "minutes": BUDGET,
        "seconds": round(time.monotonic() - started, 1),
        "findings": [_finding(of, places) for of in report["findings"]],
    }


def _finding(of: dict[str, Any], places: dict[str, int]) -> dict[str, Any]:
    """Return what is kept of a finding: commits by number, and of its steps the measured ones."""
    kept = {key: of[key] for key in ("verdict", "environment", "direction")}
    for key in ("before", "after", "commit"):
        kept[key] = places.get(of[key] or "")
    kept["steps"] = len(of["steps"])
    kept["measured"] = [
        {
            "name": f"{step['benchmark']}({', '.join(step['parameters'].values())})",
            **{key: step[key] for key in ("verdict", "turns")},
            **{key: step[key] and round(step[key], 5) for key in ("ratio", "low", "high")},
            "commit": places.get(step["commit"] or ""),
        }
        for step in of["steps"]
        if step["turns"]
    ]
    return kept
