"""What the site's plugin adds to a big publish, and how fast its page is: ``make bench-site``.

The project is made up: thousands of commits, each measured in ten environments.
A publish by asv alone and one with the plugins take turns, since one absolute
time says little on a shared machine.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import itertools
import random
import resource
import shutil
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from asv.results import Results
from asv.runner import BenchmarkResult
from asv_runner.statistics import compute_stats
from playwright.sync_api import Browser, Response

from ..browser import CHROMIUM, chromium, serving, watched
from ..conftest import BIN, CONFIG, Project, make_project
from . import site_paint
from .import_speed import seconds

# Python's version or Go's, and Cython's.
RUNTIMES = [
    *(("go1.27", ""), ("go1.26", ""), ("pypy3", "")),
    *itertools.product(("3.13", "3.12", "3.11", "3.10", "3.14"), ("", "3.3.1")),
]
MACHINE = {"machine": "box", "os": "Linux", "cpu": "c", "arch": "x", "num_cpu": "2", "ram": "1"}
MODES, SIZES = ("single", "threads", "processes", "pool"), (10, 100, 1000, 10_000, 100_000)
BENCHMARKS: list[dict[str, Any]] = [
    {
        "name": f"m.Work{i}.{function}",
        "param_names": ["mode", "n"],
        "params": [[repr(mode) for mode in MODES], [str(n) for n in SIZES]],
        "type": kind,
        "unit": unit,
        "version": "1",
        "code": "",
    }
    for i in range(5)
    for function, kind, unit in (
        ("time_work", "time", "seconds"),
        ("track_peakmem", "track", "bytes"),
    )
]
COMBINATIONS = len(MODES) * len(SIZES)
FIRST_DATE, HOUR = 1_700_000_000, 3600
NOISE = 0.01

CONFIGS = {
    "asv alone": [],
    "asv with the plugins": [".gopybench.bridge.plugin", ".gopybench.site.plugin"],
}


def generate(path: Path, commits: int, environments: int) -> Project:
    """Make the project in *path*, unless all of it is there from before."""
    home = path.parent / (path.name + "-home")
    if (path / "results/benchmarks.json").exists():
        return Project(path, home)
    for rest in (path, home):
        shutil.rmtree(rest, ignore_errors=True)
    project = make_project(path)
    for number, plugins in enumerate(CONFIGS.values()):
        project.write(f"{number}.json", {**CONFIG, "plugins": plugins})
    stream = "".join(
        "commit refs/heads/main\n"
        f"committer A Tester <tester@example.com> {FIRST_DATE + HOUR * i} +0000\n"
        "data 0\n"
        for i in range(commits)
    )
    project.run("git", "fast-import", "--quiet", input=stream)
    hashes = project.run("git", "rev-list", "--reverse", "main").stdout.split()
    chance = random.Random(1)
    for python, cython in RUNTIMES[:environments]:
        generate_environment(project, python, {"cython": cython} if cython else {}, hashes, chance)
    project.write("results/box/machine.json", {**MACHINE, "version": 1})
    entries = {benchmark["name"]: benchmark for benchmark in BENCHMARKS}
    project.write("results/benchmarks.json", {**entries, "version": 2})
    return project


def generate_environment(
    project: Project,
    python: str,
    requirements: dict[str, str],
    commits: Sequence[str],
    chance: random.Random,
) -> None:
    """Write results of all commits; at one of them half of the benchmarks get faster or slower."""
    environment = "-".join((python, *requirements.values()))
    _, spread = compute_stats([chance.gauss(1, NOISE) for _ in range(10)], 1)
    factor = chance.uniform(1, 10)
    # Of each combination of parameters; where they change, and to what.
    plan = [
        (
            benchmark,
            [
                n * factor * chance.uniform(1, 2) * (1e-7 if benchmark["type"] == "time" else 100)
                for _ in MODES
                for n in SIZES
            ],
            chance.randrange(len(commits)),
            chance.choice((0.8, 1, 1, 1.25)),
        )
        for benchmark in BENCHMARKS
    ]
    for i, commit in enumerate(commits):
        results = Results(
            {**MACHINE, "python": python, **requirements},
            requirements,
            commit,
            (FIRST_DATE + HOUR * i) * 1000,
            python,
            environment,
            {},
        )
        for benchmark, usual, changed, change in plan:
            level = change if i >= changed else 1
            values: list[float] = [base * level * chance.gauss(1, NOISE) for base in usual]
            of_time = benchmark["type"] == "time"
            if not of_time:
                values = [round(value) for value in values]
            none = [None] * COMBINATIONS
            result = BenchmarkResult(values, none, none, 0, "", None)
            results.add_result(benchmark, result, duration=1.0)
            if of_time:  # What asv computes of samples takes it many minutes here.
                results._stats[benchmark["name"]] = [
                    {k: v if k in ("number", "repeat") else v * value for k, v in spread.items()}
                    for value in values
                ]
        results.save(str(project.path / "results"))


def view(browser: Browser, address: str) -> dict[str, float]:
    """Open the page as one who has never seen it, then look at something else; say what it cost."""
    responses: list[Response] = []
    with watched(browser, address) as site:
        page = site.page
        page.on("response", lambda response: responses.append(response))

        def first() -> None:
            page.goto(address, wait_until="commit")
            site.drawn()

        def choose(control: str) -> None:
            """Choose what is in the middle of a list."""
            choices = page.eval_on_selector(control, "list => [...list].map(one => one.value)")
            site.act(lambda: page.select_option(control, choices[len(choices) // 2]))

        found = {"first view": seconds(first)}
        page.wait_for_load_state("networkidle")
        found["requests"] = len(responses)
        found["bytes"] = sum(len(response.body()) for response in responses)
        for key, path, control in (
            ("benchmark", "history.html", "#control-benchmark"),
            ("commit", "compare.html", "#before"),
        ):
            site.open(path)
            found[f"another {key}"] = seconds(functools.partial(choose, control))
        assert site.complaints == []
    return found


def medians(ways: dict[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """Take turns *times* times; return each way's median seconds, by the clock and of processors.

    What else runs on the machine lengthens the first more than the second.
    """

    def processors() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    took: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(times):
        for name, run in ways.items():
            before = processors()
            clock = seconds(run)
            took[name].append((clock, processors() - before))
    return {name: [statistics.median(of) for of in zip(*each)] for name, each in took.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=2000)
    parser.add_argument("--environments", type=int, default=10, choices=range(1, len(RUNTIMES) + 1))
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the project here, once")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        directory = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.mkdir(parents=True, exist_ok=True)
        name = f"{options.commits}x{options.environments}"
        project = generate(directory.resolve() / name, options.commits, options.environments)
        ways: dict[str, Callable[[], object]] = {
            way: functools.partial(
                project.run,
                # A process of its own, whose time can be told.
                *(BIN / "asv", "--config", f"{number}.json", "publish", "--no-pull"),
                *("--html-dir", project.path / f"html-{number}"),
            )
            for number, way in enumerate(CONFIGS)
        }
        print(
            f"{options.commits:,} commits, {options.environments} environments, "
            f"{len(BENCHMARKS) * COMBINATIONS} combinations; medians of {options.times}"
        )
        took = medians(ways, options.times)
        for way, (clock, processors) in took.items():
            print(f"publish by {way}: {clock:.1f} s, {processors:.1f} s of processors")
        clock, processors = (more / less for less, more in zip(*took.values()))
        print(
            f"{clock:.2f} times as long (aim: at most 1.15, or half a second more), "
            f"{processors:.2f} of processors"
        )
        if CHROMIUM is None:
            print("There is no Chromium here to look at the page.")
            return
        browser = stack.enter_context(chromium())
        address = stack.enter_context(serving(project.path / "html-1"))
        views = [view(browser, address) for _ in range(options.times)]
        found = {key: statistics.median(each[key] for each in views) for key in views[0]}
        print(
            f"first view: {found['requests']:.0f} requests, {found['bytes'] / 1e6:.2f} MB, "
            f"drawn after {found['first view']:.2f} s"
        )
        for key in ("another benchmark", "another commit"):
            print(f"{key}: {found[key]:.2f} s")
        site_paint.of_site(browser, project.path / "html-1", options.times)


if __name__ == "__main__":
    main()
