"""Projects that publish with the site's plugin, and results for them."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from asv.results import Results
from asv.runner import BenchmarkResult

from ..conftest import CONFIG, Project, make_project


def publishing(path: Path, **config: Any) -> Project:
    """An asv project that publishes with the site's plugin."""
    project = make_project(path)
    plugins = [".gopybench.bridge.plugin", ".gopybench.site.plugin"]
    project.write("asv.conf.json", {**CONFIG, "plugins": plugins, **config})
    project.write("go.mod", "module example.com/m\n\ngo 1.21\n")
    project.write("benchmarks/__init__.py", "")
    return project


LIFE = {
    "name": "m.Life.time_life",
    "param_names": ["mode", "n"],
    "params": [["'single'", "'threads'"], ["10", "20"]],
    "type": "time",
    "unit": "seconds",
    "version": "1",
    "code": "",
}


def python(commit: str, python: str, *lines: str) -> str:
    """Results of Python as an export has them."""
    about = f"commit: {commit}\nenvironment: virtualenv-py{python}\npython: {python}\n"
    about += "benchmark: m.Life.time_life\n"
    return about + "".join(f"BenchmarkLife/{line}\n" for line in lines) + "benchmark:\n"


def go(commit: str, *lines: str) -> str:
    about = f"commit: {commit}\nenvironment: go1.27\npython: go1.27\npkg: example.com/m\n"
    return about + "".join(f"BenchmarkLife/{line}\n" for line in lines) + "pkg:\n"


def define(project: Project, benchmarks: dict[str, list[list[str]]], **changes: Any) -> None:
    """Write asv's list of benchmarks: names and parameters' values."""
    entries = {
        name: {
            **LIFE,
            "name": name,
            "params": params,
            "param_names": [f"p{i}" for i in range(len(params))],
            "type": "time" if ".time" in name else "track",
            **changes,
        }
        for name, params in benchmarks.items()
    }
    project.write("results/benchmarks.json", {**entries, "version": 2})
    project.write("results/box/machine.json", {"machine": "box", "version": 1})


def store(
    project: Project,
    commit: str,
    python: str,
    values: dict[str, list[Any]],
    *,
    day: float | None = None,
    machine: str = "box",
    **requirements: str,
) -> None:
    """Write results of benchmarks that are defined, as asv does.

    *day* is that of the commit, counted from a fixed one; it was measured on the same.
    """
    known = project.json("results/benchmarks.json")
    params = {"machine": machine, "python": python, **requirements}
    seconds = 1_700_000_000 + 86_400 * (day or 0)
    name = "-".join((python, *requirements.values())).replace("/", "_")
    results = Results(params, {}, commit, int(1000 * seconds), python, name, {})
    began = None if day is None else datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    for benchmark, result in values.items():
        nothing = [None] * len(result)
        found = BenchmarkResult(result, nothing, nothing, 0, "", None)
        results.add_result(known[benchmark], found, began)
    about = f"results/{machine}/machine.json"
    if not (project.path / about).exists():
        project.write(about, {"machine": machine, "version": 1})
    results.save(str(project.path / "results"))
