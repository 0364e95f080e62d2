"""What a worker sends -> results/: what is refused, and what is merged."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from asv.results import Results
from asv.runner import BenchmarkResult

from gopybench.asvdata import reasons
from gopybench.fleet.received import Received, Refused, read, store
from gopybench.fleet.tasks import Given, Task

TASK = Task("ab" * 20, "go1.27")
MACHINE = {"machine": "box", "os": "Linux"}
DATE = 1_785_000_000_000
NAME = "m.Sort.time_sort"
NOON = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.timezone.utc)


def entry(name: str = NAME, **more: Any) -> dict[str, Any]:
    of = {"name": name, "version": "1", "code": "", "params": [], "param_names": []}
    return {**of, "type": "time", "unit": "seconds", **more}


def results(
    values: dict[str, float | None],
    at: datetime.datetime = NOON,
    before: str | None = None,
    directory: Path | None = None,
) -> str:
    """Return what asv writes when it has measured these benchmarks."""
    assert directory is not None
    params = {**MACHINE, "python": "go1.27"}
    of = Results(params, {"@boot": "1"}, TASK.commit, DATE, "go1.27", "go1.27", {})
    path = directory / "results" / of._filename
    path.parent.mkdir(parents=True, exist_ok=True)
    if before is not None:
        path.write_text(before)
        of.load_data(str(directory / "results"))
    for name, value in values.items():
        measured = BenchmarkResult([value], [None], [None], 0, "", None)
        of.add_result(entry(name), measured, started_at=at)
    of.save(str(directory / "results"))
    return path.read_text()


def said(text: str | None, *names: str, **more: Any) -> str:
    listed = json.dumps({**{name: entry(name) for name in names or (NAME,)}, "version": 2})
    of = {"code": 0, "results": text, "benchmarks": listed, "words": "ok", "seconds": 1.5}
    return json.dumps({**of, "name": "n", **more})


def received(answer: object) -> Received:
    return read(answer, TASK, MACHINE, DATE)


class Home:
    """A results/ that tasks come home to."""

    def __init__(self, path: Path) -> None:
        self.path = path / "home"
        self.elsewhere = path / "elsewhere"
        self.given = Given(None, None)

    def hand_out(self) -> str | None:
        self.given = Given.now(str(self.path), "box", TASK)
        return self.given.results

    def take(self, values: dict[str, float | None], at: datetime.datetime = NOON) -> str:
        text = results(values, at, self.given.results, self.elsewhere)
        answer = said(text, *json.loads(text)["results"])
        self.store(answer)
        return answer

    def store(self, answer: str) -> None:
        store(str(self.path), TASK, MACHINE, self.given, received(answer))

    def values(self) -> dict[str, list[float | None]]:
        file = json.loads((self.path / f"box/{TASK.commit[:8]}-go1.27.json").read_text())
        return {name: row[0] for name, row in file["results"].items()}

    def files(self) -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in sorted(self.path.rglob("*")) if p.is_file()}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_a_result_comes_home_whole(home: Home) -> None:
    home.take({NAME: 1.0})
    assert home.values() == {NAME: [1.0]}
    loaded = Results.load(str(home.path / f"box/{TASK.commit[:8]}-go1.27.json"), "box")
    assert (loaded.commit_hash, loaded.date, loaded.env_name) == (TASK.commit, DATE, "go1.27")
    assert loaded.params == {**MACHINE, "python": "go1.27"}
    machine = json.loads((home.path / "box/machine.json").read_text())
    assert machine == {**MACHINE, "version": 1}
    assert json.loads((home.path / "benchmarks.json").read_text())[NAME] == entry()


def test_one_that_arrives_twice_is_not_there_twice(home: Home) -> None:
    answer = home.take({NAME: 1.0})
    once = home.files()
    home.store(answer)
    assert home.files() == once


def test_a_new_value_replaces_the_old_one_though_a_clock_is_off(home: Home) -> None:
    home.take({NAME: 1.0})
    home.hand_out()
    home.take({NAME: 2.0}, NOON - datetime.timedelta(hours=1))
    assert home.values() == {NAME: [2.0]}


def test_other_benchmarks_stay(home: Home) -> None:
    home.take({NAME: 1.0})
    home.hand_out()
    home.take({"m.B.time_b": 2.0})
    assert home.values() == {NAME: [1.0], "m.B.time_b": [2.0]}


def test_what_another_process_wrote_in_the_meantime_stays(home: Home) -> None:
    home.take({NAME: 1.0, "m.B.time_b": 1.0})
    home.hand_out()
    mine = results({NAME: 2.0}, NOON, home.given.results, home.elsewhere)
    first = home.given
    home.hand_out()
    home.take({"m.B.time_b": 3.0, "m.C.time_c": 3.0})
    home.given = first
    home.store(said(mine, *json.loads(mine)["results"]))
    assert home.values() == {NAME: [2.0], "m.B.time_b": [3.0], "m.C.time_c": [3.0]}
    listed = json.loads((home.path / "benchmarks.json").read_text())
    assert listed.keys() == {NAME, "m.B.time_b", "m.C.time_c", "version"}


def test_a_benchmark_that_is_gone_is_gone_from_the_list(home: Home) -> None:
    home.take({NAME: 1.0, "m.B.time_b": 1.0})
    home.hand_out()
    text = results({NAME: 2.0}, NOON, home.given.results, home.elsewhere)
    home.store(said(text, NAME))
    listed = json.loads((home.path / "benchmarks.json").read_text())
    assert listed.keys() == {NAME, "version"}
    # Its values stay, as asv keeps them.
    assert home.values() == {NAME: [2.0], "m.B.time_b": [1.0]}


def test_why_there_is_no_value_comes_home(home: Home) -> None:
    text = json.loads(results({NAME: None}, directory=home.elsewhere))
    noted = reasons.with_reasons(text["requirements"], {NAME: {("failed", ()): "it is broken"}})
    text["requirements"] = noted
    home.store(said(json.dumps(text), code=2))
    file = json.loads((home.path / f"box/{TASK.commit[:8]}-go1.27.json").read_text())
    assert reasons.load(file["requirements"]) == {NAME: {("failed", ()): "it is broken"}}


def changed(**changes: Any) -> Any:
    def change(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, **changes}

    return change


def renamed(name: str) -> Any:
    def change(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "results": dict(zip([name], data["results"].values()))}

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (changed(commit_hash="cd" * 20), "its commit_hash is"),
        (changed(env_name="../x"), "its env_name is '../x'"),
        (changed(params={**MACHINE, "python": "go1.27", "evil": "1"}), "its params have 'evil'"),
        (changed(results={NAME: [["1"], []]}), "for a number"),
        (changed(results={NAME: 1}), "a benchmark's row is no list"),
        (changed(results=[]), "is not a results file"),
        (changed(date="now"), "date is 'now'"),
        (changed(requirements=[]), "requirements is"),
        (changed(result_columns=["result", "params", "other"]), "a column 'other'"),
        (changed(version=7), "version"),
        (renamed("../../x"), "not a benchmark's name: '../../x'"),
        (renamed("m.<script>"), "not a benchmark's name"),
        (renamed("m.\x1b[2J"), "not a benchmark's name"),
        (renamed("m." + "x" * 300), "not a benchmark's name"),
    ],
)
def test_results_of_something_else_are_refused(home: Home, change: Any, why: str) -> None:
    text = json.dumps(change(json.loads(results({NAME: 1.0}, directory=home.elsewhere))))
    with pytest.raises(Refused, match=why):
        received(said(text))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "a NoneType in place of text"),
        (["no", "text"], "a list in place of text"),
        ("{", "Expecting"),
        ("[1]", "JSON that is no object"),
        ("[" * 100_000, "nested too deep"),
        ("{}", "no code"),
        (said(None, code="0"), "no code"),
        (said(None, benchmarks=7), "data must be str"),
        (said("[" * 100_000), "maximum recursion depth"),
        (said(None, "../x"), "not a benchmark's name"),
        (said(None, benchmarks='{"version": 2, "a": {}}'), "'a' is not a benchmark"),
    ],
)
def test_what_is_no_answer_is_refused(answer: object, why: str) -> None:
    with pytest.raises(Refused, match=why):
        received(answer)


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    monkeypatch.setattr("gopybench.fleet.received.MAX_OUTCOME", 100)
    with pytest.raises(Refused, match="characters of at most 100"):
        received(said(results({NAME: 1.0}, directory=home.elsewhere)))


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert received(said(None, words="a\x1b[2Jb")).words == "a\\x1b[2Jb"


def test_a_commits_date_and_the_machine_are_what_they_are_here(home: Home) -> None:
    text = json.loads(results({NAME: 1.0}, directory=home.elsewhere))
    text.update(date=1, unknown="x", params={**text["params"], "os": "Other"})
    file = received(said(json.dumps(text))).file
    assert file is not None
    assert file.head["date"] == DATE
    assert file.head["params"]["os"] == "Linux"
    assert "unknown" not in file.head
