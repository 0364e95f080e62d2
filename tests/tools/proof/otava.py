"""What apache-otava says of the same series; it lives in an environment of its own."""

from __future__ import annotations

import csv
import datetime
import json
import sys
from pathlib import Path
from typing import Any

from .watchedcommand import Failed, Runner

VERSION = "0.8.0"

# When the first commit was, as otava is told; the others follow day by day.
_FIRST = datetime.datetime(2026, 1, 1)


def installed(directory: Path, runner: Runner) -> Path:
    """Return the program, which is installed into the directory unless it is there.

    Raises Failed where that cannot be done, Stopped.
    """
    program = directory / "bin" / "otava"
    if not program.exists():
        runner.run(sys.executable, "-m", "venv", directory)
        python = directory / "bin" / "python"
        runner.run(python, "-m", "pip", "install", "--quiet", f"apache-otava=={VERSION}")
    return program


def changes(program: Path, series: list[dict[str, Any]], runner: Runner) -> list[dict[str, Any]]:
    """Return its change points: of which series, the number of the first commit after, the ratio.

    What lacks a value is left out: otava has no word for it.
    """
    whole = {f"m{i}": s for i, s in enumerate(series) if None not in s["values"]}
    directory = runner.project.home
    with (directory / "otava.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "commit", *whole])
        # Numbers come back as texts with six digits after the point.
        columns = [[value / s["values"][0] for value in s["values"]] for s in whole.values()]
        for number, values in enumerate(zip(*columns)):
            time = (_FIRST + datetime.timedelta(days=number)).isoformat()
            writer.writerow([time, number, *values])
    test = {
        "type": "csv",
        "file": str(directory / "otava.csv"),
        "time_column": "time",
        "attributes": ["commit"],
        "metrics": {name: {"column": name, "direction": -1} for name in whole},
    }
    # JSON is YAML, too.
    config = directory / "otava.yaml"
    config.write_text(json.dumps({"tests": {"history": test}}), encoding="utf-8")
    options = ["--output", "json", "--since", "2025-12-01"]
    said = runner.run(program, "analyze", "history", "--config-file", config, *options)
    try:
        points = json.loads(said)["history"]
    except (ValueError, KeyError):
        raise Failed(f"otava did not answer: see {runner.log.name}") from None
    return [
        {
            "series": series.index(whole[change["metric"]]),
            "commit": change["index"],
            "ratio": round(float(change["mean_after"]) / float(change["mean_before"]), 4),
        }
        for point in points
        for change in point["changes"]
    ]
