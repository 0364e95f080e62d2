"""The whole way, for real: asv measures two commits of this project in both languages.

The second commit takes a variant away, so that a result tells which commit
was measured.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from asv.graph import Graph
from asv.results import Results

from gopybench.asvdata import campaigns
from gopybench.subject.person import VARIANTS
from gopybench.subject.workload import MODES

from .compiled import CFLAGS
from .conftest import GO, Project
from .test_docs import table_of

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
PLAIN = f"virtualenv-py{PYTHON}"
ONCE = ["-a", "rounds=1", "-a", "repeat=3", "-a", "number=1", "-a", "warmup_time=0"]
# Measured in each mode; the time of the other variants in a single thread alone.
SOME = ("Person", "PersonSlots", "PersonCdef", "PersonValue")
TIME = "person.Lifecycle.time_lifecycle"
PEAK = "person.Lifecycle.track_peakmem"
SORT = """package other

import (
	"sort"
	"testing"
)

func BenchmarkSort(b *testing.B) {
	for i := 0; i < b.N; i++ {
		sort.Ints([]int{3, 1, 2})
	}
}
"""


def configure(project: Project, before: str, after: str) -> None:
    """Change asv.conf.json, which has comments."""
    text = (project.path / "asv.conf.json").read_text()
    assert text.count(before) == 1
    project.write("asv.conf.json", text.replace(before, after))


@pytest.fixture(scope="session")
def commits(gopybench_clone: Project) -> list[str]:
    """Two commits of the project, measured in both languages and published."""
    project = gopybench_clone
    subject = project.path / "gopybench/subject/person.py"
    text = subject.read_text()
    assert '    "PersonSlots": lambda: PersonSlots,\n' in text
    subject.write_text(text.replace('    "PersonSlots": lambda: PersonSlots,\n', ""))
    second = project.commit("Take a variant away")
    first = project.run("git", "rev-parse", "HEAD~1").stdout.strip()

    # Go runs all of its benchmarks once to discover them: fewer and smaller ones do.
    small = '"go": {"dir": "go", "benchmarks": "Lifecycle|Settings|Sort", "flags": ["-short"]}'
    configure(project, '"go": {"dir": "go"}', small)
    # Where Python's benchmarks are discovered for Go alone.
    (pythons,) = re.findall(r'"pythons": \[.*?\]', (project.path / "asv.conf.json").read_text())
    configure(project, pythons, f'"pythons": ["{PYTHON}", "{GO}"]')
    configure(project, '"python -m pip wheel', f"\"CFLAGS='{CFLAGS}' python -m pip wheel")
    # A benchmark that Go alone has.
    project.write("go/other/sort_test.go", SORT)
    environments = ["-E", f"virtualenv:{PYTHON}", "-E", GO]
    options = [*environments, "--record-samples", "--launch-method", "forkserver", *ONCE]
    in_each_mode = rf"(time_lifecycle|track_peakmem)\('({'|'.join(SOME)})', '.*', 1000\)$"
    in_one = r"time_lifecycle\('\w+', 'single', 1000\)$"
    settings = r"time_settings\('Person', '.*', 100000\)$"
    some = ["--bench", "|".join([in_each_mode, in_one, settings, "Sort"])]
    project.run("asv", "run", f"{first}^!", *options, *some)
    # One environment of Python's is enough from here on.
    configure(project, '"cython": [null, "3.3.1"]', '"cython": [null]')
    project.run("asv", "run", f"{second}^!", *options, *some)
    project.run("asv", "publish")
    return [first, second]


def environment(project: Project, name: str) -> Path:
    """Return the directory of one of asv's environments."""
    for info in project.path.glob(".asv/env/*/asv-env-info.json"):
        about = json.loads(info.read_text())
        if about["tool_name"] != "virtualenv":
            continue
        if ("cython" in about["requirements"]) == ("cython" in name):
            return info.parent
    raise AssertionError(f"no environment {name}")


def graph(project: Project, benchmark: str, **params: str | None) -> dict[str, Any]:
    """Return the published points of a benchmark by commit, of the graph with these parameters."""
    index = project.json("html/index.json")
    (found,) = [
        p for p in index["graph_param_list"] if all(p.get(k) == v for k, v in params.items())
    ]
    path = project.path / "html" / (Graph.get_file_path(found, benchmark) + ".json")
    return {
        index["revision_to_hash"][str(revision)]: value
        for revision, value in json.loads(path.read_text())
    }


@pytest.mark.parametrize(("cython", "compiled"), [("", False), ("cython", True)])
def test_what_an_environment_runs(
    gopybench_clone: Project, commits: list[str], tmp_path: Path, cython: str, compiled: bool
) -> None:
    """With Cython the installed subject is compiled, without it is plain Python."""
    python = environment(gopybench_clone, cython) / "bin/python"
    script = (
        "from gopybench.subject import person, workload; print(person.__file__, workload.__file__, "
        "type(person.Person.full_name).__name__, type(workload.live).__name__)"
    )
    *files, method, function = gopybench_clone.run(
        python, "-c", script, cwd=tmp_path
    ).stdout.split()
    assert all(("site-packages" in file) for file in files)
    assert all(file.endswith(".so") == compiled for file in files)
    assert method == function == ("cython_function_or_method" if compiled else "function")


def test_results_say_what_they_were_measured_with(
    gopybench_clone: Project, commits: list[str]
) -> None:
    noted = {}
    for name in (PLAIN, GO):
        path = f"results/box/{commits[0][:8]}-{name}.json"
        noted[name] = gopybench_clone.json(path)["requirements"]
        assert noted[name]["@system"].startswith("Linux")
        assert noted[name]["@measured-with"].startswith("asv 0.6")
        assert "cores: " in noted[name]["@settings"]
    assert noted[PLAIN]["@runtime"].startswith(f"CPython {sys.version.split()[0]}")
    assert "gopybench==" in noted[PLAIN]["@packages"]
    assert "-O" in noted[PLAIN]["@compiler"]
    version = gopybench_clone.run("go", "version").stdout.strip()
    assert noted[GO]["@runtime"] == version
    assert "CGO_ENABLED=" in noted[GO]["@compiler"]
    # All of it is documented; in these files all is of one run.
    found = {key for of in noted.values() for key in of if key.startswith("@")}
    assert found | {"@earlier", "@machine", "@fleet"} == table_of("docs/results.md", "key").keys()
    assert noted[PLAIN]["@project"] == "gopybench"
    campaign, other = (
        campaigns.of(Results.load(str(gopybench_clone.path / path)), TIME)
        for path in (f"results/box/{commits[0][:8]}-{name}.json" for name in (PLAIN, GO))
    )
    assert (campaign.boot, campaign.day) == (other.boot, other.day)
    assert campaign.boot == noted[PLAIN]["@boot"]
    # None of it is a parameter of the site, or of what is exported.
    index = gopybench_clone.json("html/index.json")
    assert not any("@" in key for key in index["params"])
    assert "@runtime" not in gopybench_clone.run("gopybench", "export-go").stdout


def values(project: Project, commit: str, environment: str, benchmark: str) -> dict[Any, float]:
    """Return what there is of a benchmark by its parameters but n."""
    row = project.results(commit, environment)[benchmark]
    found = zip(itertools.product(*row["params"]), row["result"])
    return {
        tuple(part.strip("'") for part in place[:-1]): value
        for place, value in found
        if value and not math.isnan(value)
    }


def test_the_typed_variant_is_there_where_cython_is(
    gopybench_clone: Project, commits: list[str]
) -> None:
    plain, cython = (
        values(gopybench_clone, commits[0], name, TIME) for name in (PLAIN, PLAIN + "-cython3.3.1")
    )
    # What is compiled is not to be loaded in other interpreters.
    modes = set(MODES) - {"interpreters"}
    assert set(cython) - set(plain) == {("PersonCdef", mode) for mode in modes}


def test_settings_of_both_languages(gopybench_clone: Project, commits: list[str]) -> None:
    for environment, settings in (
        (PLAIN, {"default", "gc-disable", "gc-freeze"}),
        (GO, {"default", "gogc-off", "memlimit-256MiB", "gomaxprocs-1"}),
    ):
        found = values(gopybench_clone, commits[0], environment, "person.Settings.time_settings")
        assert set(found) == {("Person", setting) for setting in settings}


@pytest.mark.parametrize("benchmark", [TIME, PEAK])
def test_both_languages_are_published_with_their_values(
    gopybench_clone: Project, commits: list[str], benchmark: str
) -> None:
    index = gopybench_clone.json("html/index.json")
    assert index["params"]["python"] == sorted([PYTHON, GO])
    entry = index["benchmarks"][benchmark]
    assert entry["param_names"] == ["variant", "mode", "n"]
    variants, modes, sizes = entry["params"]
    assert ([mode.strip("'") for mode in modes], sizes[0]) == ([*MODES], "1000")

    def points(commit: str, **params: str | None) -> dict[tuple[str, str], float | None]:
        values = iter(graph(gopybench_clone, benchmark, **params)[commit])
        every = {(v, m, n): next(values) for v in variants for m in modes for n in sizes}
        return {
            (v.strip("'"), m.strip("'")): value
            for (v, m, n), value in every.items()
            if n == "1000" and value is not None and not math.isnan(value)
        }

    for i, commit in enumerate(commits):
        python = points(commit, python=PYTHON, cython=None)
        here = {*VARIANTS} - {"PersonCdef"}
        if i == 1:
            here.remove("PersonSlots")
        # Interpreters exist from Python 3.14 on, and not for all.
        usual = {key for key in python if key[1] != "interpreters"}
        every_mode = {(v, m.strip("'")) for v in here & {*SOME} for m in modes[:-1]}
        one_mode = {(v, "single") for v in here} if benchmark == TIME else set()
        assert usual == every_mode | one_mode
        go = points(commit, python=GO)
        every_mode = {(v, m) for v in ("Person", "PersonValue") for m in ("single", "threads")}
        assert set(go) == every_mode | ({("PersonArena", "single")} if one_mode else set())

        for published, name in ((python, PLAIN), (go, GO)):
            row = gopybench_clone.results(commit, name)[benchmark]
            measured = row["result"][::3]  # the first of three sizes
            assert list(published.values()) == [v for v in measured if v and not math.isnan(v)]
        if benchmark == PEAK:
            assert all(1 << 20 < value < 1 << 30 for value in [*python.values(), *go.values()])
        else:
            assert all(1e-6 < value < 10 for value in [*python.values(), *go.values()])


def test_go_keeps_its_samples_and_asv_its_statistics(
    gopybench_clone: Project, commits: list[str]
) -> None:
    row = gopybench_clone.results(commits[0], GO)[TIME]
    (samples, *_), (repeat, *_) = row["samples"], row["stats_repeat"]
    assert len(samples) == repeat == 3
    assert row["result"][0] == sorted(samples)[1]
    assert row["stats_number"][0] == 1
    assert row["stats_q_25"][0] <= row["result"][0] <= row["stats_q_75"][0]


def test_asvs_own_commands_read_gos_results(gopybench_clone: Project, commits: list[str]) -> None:
    assert GO in gopybench_clone.run("asv", "show", commits[0]).stdout
    compared = gopybench_clone.run("asv", "compare", *commits).stdout
    assert f"[box/{GO}]" in compared


def test_the_table(gopybench_clone: Project, commits: list[str]) -> None:
    options = ["--format", "json", "--n", "1000", "--commit", commits[0]]
    run = gopybench_clone.run("gopybench", "table", *options)
    (table,) = json.loads(run.stdout)
    assert (table["commit"], table["n"]) == (commits[0], 1000)
    rows = {(row["runtime"], row["variant"], row["mode"]): row for row in table["rows"]}
    go = rows[GO.replace("go", "Go "), "Person", "single"]
    assert (go["seconds_over_base"], go["peak_bytes_over_base"]) == (1.0, 1.0)
    assert rows[GO.replace("go", "Go "), "Person", "processes"]["seconds_state"] == "n/a"
    python = rows[f"CPython {PYTHON}", "PersonSlots", "single"]
    assert python["seconds_over_base"] == pytest.approx(python["seconds"] / go["seconds"])


def test_what_one_language_alone_has_is_not_available_in_the_other(
    gopybench_clone: Project, commits: list[str]
) -> None:
    sort = "other.Sort.time_sort"
    assert math.isnan(gopybench_clone.results(commits[0], PLAIN)[sort]["result"][0])
    assert gopybench_clone.results(commits[0], GO)[sort]["result"][0] > 0
    index = gopybench_clone.json("html/index.json")
    assert index["benchmarks"][sort]["type"] == "time"
    # Go has no processes.
    places = list(itertools.product(*index["benchmarks"][TIME]["params"]))
    row = gopybench_clone.results(commits[0], GO)[TIME]["result"]
    (processes,) = (
        value for place, value in zip(places, row) if place == ("'Person'", "'processes'", "1000")
    )
    assert math.isnan(processes)


def test_gos_values_join_where_go_alone_is_measured(
    gopybench_clone: Project, commits: list[str]
) -> None:
    """Python's benchmarks are discovered also where only Go's results are asked for."""
    definitions = gopybench_clone.path / "results/benchmarks.json"
    before = definitions.read_text()
    definitions.unlink()
    one = r"time_lifecycle\('Person', 'single', 1000\)"
    gopybench_clone.run(
        "asv", "run", f"{commits[1]}^!", "-E", "go:" + GO[2:], "--bench", one, *ONCE
    )
    assert definitions.read_text() == before


def test_what_an_import_defines_survives_the_next_run(
    gopybench_clone: Project, commits: list[str]
) -> None:
    text = "pkg: gopybench/elsewhere\nBenchmarkSort/n=10 5 7 ns/op\n"
    gopybench_clone.import_go(text, "--commit", commits[1])
    gopybench_clone.run("asv", "run", "--bench", "just-discover", "-E", PLAIN)
    gopybench_clone.run("asv", "publish")
    points = graph(gopybench_clone, "elsewhere.Sort.time_sort", python=GO)
    assert points == {commits[1]: [pytest.approx(7e-9)]}


@pytest.mark.skipif(shutil.which("pypy3") is None, reason="PyPy is not installed")
def test_pypy_is_measured(gopybench_clone: Project, commits: list[str]) -> None:
    some = r"time_lifecycle\('Person(DataObject)?', 'single', 1000\)"
    gopybench_clone.run(
        "asv", "run", f"{commits[0]}^!", "-E", "virtualenv:pypy3", "--bench", some, *ONCE
    )
    values = gopybench_clone.results(commits[0], "virtualenv-pypy3")[TIME]["result"]
    assert values[0] > 0
    assert all(math.isnan(value) for value in values[1:])
