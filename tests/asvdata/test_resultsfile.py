"""What is written is what asv itself would have written, by asv's own reading of it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from asv.results import Results
from asv.runner import BenchmarkResult
from asv.util import UserError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gopybench.asvdata import noted
from gopybench.asvdata.resultsfile import COLUMNS, ResultsFile, Samples

HEAD = {
    "commit_hash": "c" * 40,
    "env_name": "go1.27",
    "date": 1_700_000_000_000,
    "params": {"machine": "box", "python": "go1.27"},
    "python": "go1.27",
    "requirements": {"@go": "go version go1.27"},
    "env_vars": {"GOGC": "off"},
    "durations": {"<build>": 1.5},
}


def benchmark(**changes: Any) -> dict[str, Any]:
    return {"name": "b", "params": [], "type": "track", "version": None, **changes}


def loaded(path: Path) -> dict[str, Any]:
    """Return all that asv reads of a file, except when its benchmarks ran."""
    of = vars(Results.load(str(path)))
    return {key: value for key, value in of.items() if key != "_started_at"}


values = st.floats(-1e300, 1e300) | st.integers(1, 99).map(lambda n: n * 1e-9)
samples = st.lists(st.tuples(values, st.integers(1, 10**9)), min_size=1, max_size=10).map(
    lambda rows: Samples([value for value, _ in rows], [count for _, count in rows])
)
choices = st.lists(st.sampled_from(("'a'", "1", "2", "None")), min_size=1, max_size=3, unique=True)


@st.composite
def additions(draw: st.DrawFn) -> tuple[dict[str, Any], dict[int, Samples], bool]:
    """A benchmark's entry, samples by place, and whether earlier ones stay."""
    entry = benchmark(
        name=draw(st.sampled_from(("p.A.time_a", "p.B.track_b"))),
        params=draw(st.lists(choices, max_size=2)),
        type=draw(st.sampled_from(("time", "track"))),
        version=draw(st.sampled_from((None, "1", "2"))),
    )
    count = math.prod(map(len, entry["params"]))
    places = st.dictionaries(st.integers(0, count - 1), samples, min_size=1)
    return entry, draw(places), draw(st.booleans())


def add_as_asv(
    results: Results, entry: dict[str, Any], placed: dict[int, Samples], append: bool
) -> None:
    """Do what ``asv run`` does with the samples of the selected places, but for those it has."""
    seconds = 0.0
    for new in placed.values():
        seconds = sum((v * i for v, i in zip(*new)), seconds)
    places = _combinations(entry["params"])
    old: set[int] = set()
    name = entry["name"]
    if name in results.get_all_result_keys() and results.benchmark_version[name] is None:
        results.benchmark_version[name] = entry["version"]
    if results.benchmark_version.get(name) == entry["version"] and name in (
        results.get_all_result_keys()
    ):
        # A place that asv has nothing of would be a failure to it.
        params = results.get_result_params(name)
        had = dict(zip(_combinations(params), results.get_result_samples(name, params)))
        old = {i for i, place in enumerate(places) if place in had}
        if not append:
            placed = {i: new for i, new in placed.items() if had.get(places[i]) != new.values}
    result: list[Any] = [math.nan] * len(places)
    kept: list[Any] = [None] * len(places)
    number: list[Any] = [None] * len(places)
    for i, new in placed.items():
        result[i], kept[i] = True, new.values
        number[i] = sorted(new.iterations)[(len(new.iterations) - 1) // 2]
    results.add_result(
        entry,
        BenchmarkResult(result, kept, number, 0, "", None),
        duration=seconds if entry["type"] == "time" else None,
        record_samples=True,
        append_samples=append,
        selected_idx=set(range(len(places))) - (old - placed.keys()),
    )


def _combinations(params: list[list[str]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for of in params:
        found = [(*before, choice) for before in found for choice in of]
    return found


AGAIN = benchmark(name="p.A.time_a", type="time", params=[["'a'"]])
SAMPLES = [1.0, 2.0]


@settings(deadline=None)
@given(st.lists(additions(), min_size=1, max_size=4))
@example(
    [
        (AGAIN, {0: Samples(SAMPLES, [1, 1])}, False),
        ({**AGAIN, "params": [["'a'", "1"]]}, {0: Samples(SAMPLES, [2, 2])}, False),
    ]
)
def test_what_asv_would_have_written(
    tmp_path_factory: pytest.TempPathFactory,
    many: list[tuple[dict[str, Any], dict[int, Samples], bool]],
) -> None:
    """Step by step, each from the file of the step before, by asv's writer and by ours."""
    directory = tmp_path_factory.mktemp("results")
    of = ("params", "requirements", "commit_hash", "date", "python", "env_name", "env_vars")
    empty = Results(*(HEAD[key] for key in of))
    empty._duration.update(HEAD["durations"])
    empty.save(str(directory / "asv"))
    theirs = directory / "asv" / empty._filename
    ours = directory / "ours" / empty._filename
    ours.parent.mkdir(parents=True)
    ResultsFile(str(ours), HEAD, {}).write()
    assert loaded(ours) == loaded(theirs)
    for entry, placed, append in many:
        results = Results.load(str(theirs))
        file = ResultsFile.load(str(ours))
        assert file is not None
        if file.add(entry, placed, append=append):
            file.write()
            add_as_asv(results, entry, placed, append)
            results.save(str(directory / "asv"))
        assert repr(loaded(ours)) == repr(loaded(theirs))
        assert json.loads(ours.read_text()).keys() == json.loads(theirs.read_text()).keys()


@pytest.mark.parametrize("ours_is_newer", [True, False])
def test_what_is_noted_of_two_files_goes_with_their_results(ours_is_newer: bool) -> None:
    """Of both boots there is a benchmark that is not the other's, and the later one of both."""
    early, late = (
        ResultsFile("", {**HEAD, "requirements": {"@boot": boot, "@code": f"m.A={boot}"}}, {})
        for boot in ("early", "late")
    )
    for file, own in ((early, "m.Early.track_e"), (late, "m.Late.track_l")):
        for name in (own, "m.A.track_a"):
            file.add(benchmark(name=name), {0: Samples([1.0], [1])})
    started = COLUMNS.index("started_at")
    for number, file in enumerate((early, late)):
        for row in file.rows.values():
            row[started] = 1000 + number
    ours, theirs = (late, early) if ours_is_newer else (early, late)
    assert ours.take(theirs)
    requirements = ours.head["requirements"]
    boots = {name: noted.measured_with(requirements, name)["@boot"] for name in ours.rows}
    late_ones = ("m.A.track_a", "m.Late.track_l")
    assert boots == {"m.Early.track_e": "early", **dict.fromkeys(late_ones, "late")}
    assert noted.code(requirements)["m.A"].digest == "late"
    assert not ours.take(theirs)


def test_the_same_again_is_nothing_new() -> None:
    file = ResultsFile("f", HEAD, {})
    entry = benchmark(params=[["1", "2"]])
    assert file.add(entry, {1: Samples([2.0], [1])})
    before = repr(file.rows)
    assert not file.add(entry, {1: Samples([2.0], [1])})
    assert repr(file.rows) == before
    assert file.add(entry, {1: Samples([2.0], [1])}, append=True)
    assert file.add({**entry, "version": "2"}, {1: Samples([2.0], [1])})


def test_a_result_without_samples_stays_as_it_was() -> None:
    """What an export writes of it is the result itself; its interval is nowhere else."""
    row = dict.fromkeys(COLUMNS)
    row.update(result=[5.0, 6.0], params=[["1", "2"]], version="1")
    row.update(stats_ci_99_a=[4.0, 5.0], stats_ci_99_b=[6.0, 7.0])
    file = ResultsFile("", {}, {"b": [*row.values()]})
    entry = benchmark(name="b", params=[["1", "2"]], version="1")
    assert not file.add(entry, {0: Samples([5.0], [1]), 1: Samples([6.0], [1])})
    assert file.rows["b"] == [*row.values()]
    assert file.add(entry, {0: Samples([5.0], [1]), 1: Samples([8.0], [1])})
    changed = dict(zip(COLUMNS, file.rows["b"]))
    assert (changed["result"], changed["stats_ci_99_a"][0]) == ([5.0, 8.0], 4.0)


def test_what_is_not_known_stays(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    odd = {
        "other.time_it": [[1.5, math.nan, None], [["1", "2", "3"]], "v", None, 3.25, [math.inf]],
        "big": [[2**70], [], None],
        "half \ud800": [["\ud800"], []],
        "more columns than there are names": [[1.0], [], *[None] * 10, "cHJvZmlsZQ==", "more"],
        "failed": [None, []],
        "odd": [{"a": [math.nan]}, [], [[1.0], [math.nan, -math.inf], None, 1e300, [1e308] * 3]],
    }
    text = {**HEAD, "note": [math.nan], "result_columns": [*COLUMNS], "results": odd, "version": 2}
    path.write_text(json.dumps(text))
    file = ResultsFile.load(str(path))
    assert file is not None
    file.add(benchmark(), {0: Samples([1.0], [1])})
    file.write()
    after = json.loads(path.read_text())
    assert after["results"].pop("b")[0] == [1.0]
    assert {key: repr(value) for key, value in after.items()} == {
        key: repr(value) for key, value in text.items()
    }


def test_a_profile_stays(tmp_path: Path) -> None:
    file = ResultsFile("f", HEAD, {"b": [[1.0], [], None, *[None] * 9, "cHJvZmlsZQ=="]})
    file.add(benchmark(), {0: Samples([2.0], [1])})
    assert dict(zip(COLUMNS, file.rows["b"]))["profile"] == "cHJvZmlsZQ=="


def test_columns_in_another_order_and_keys_that_asv_does_without(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    head = {key: value for key, value in HEAD.items() if key not in ("env_vars", "durations")}
    rows = {"a": [[], [1.5]], "b": [[["1", "2"]], [1.0, 2.0], [[1.0], [2.0]]], "c": []}
    columns = ["params", "result", "samples"]
    path.write_text(json.dumps({**head, "result_columns": columns, "results": rows, "version": 2}))
    before = loaded(path)
    file = ResultsFile.load(str(path))
    assert file is not None
    file.write()
    assert loaded(path) == before
    file.add(benchmark(params=[["2", "3"]]), {1: Samples([3.0], [1])})
    file.write()
    assert Results.load(str(path)).get_result_samples("b", [["2", "3"]]) == [[2.0], [3.0]]


@pytest.mark.parametrize(
    "text",
    [
        '{"version": 2, "half',
        "[1]",
        "5",
        '{"version": 1}',
        '{"version": 3}',
        '{"version": 2, "results": {}}',
        '{"version": 2, "results": {}, "result_columns": []}',
        json.dumps({**HEAD, "version": 2, "results": {}, "result_columns": ["shape"]}),
        json.dumps({**HEAD, "version": 2, "results": 5, "result_columns": []}),
        json.dumps({**HEAD, "version": 2, "results": {"b": 5}, "result_columns": []}),
        json.dumps({**HEAD, "version": 2, "results": {}, "result_columns": 5}),
    ],
)
def test_what_is_no_results_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "f.json"
    path.write_text(text)
    with pytest.raises(UserError, match=r"f\.json"):
        ResultsFile.load(str(path))


def test_no_file(tmp_path: Path) -> None:
    assert ResultsFile.load(str(tmp_path / "f.json")) is None
