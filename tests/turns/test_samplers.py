"""A benchmark in a process of its own takes a sample when it is asked, and none otherwise."""

from __future__ import annotations

import operator
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gopybench.bridge.prepared import Prepared
from gopybench.bridge.testbinary import TestBinary
from gopybench.turns.gosampler import FreshGoSampler, GoSampler
from gopybench.turns.keptprocess import Failed
from gopybench.turns.pythonsampler import PythonSampler

from ..go_module import bench, source, wait_until_gone

GO = source(
    "m",
    "var Runs int\n\nfunc run() {\n\tRuns++\n"
    '\tnotes, _ := os.OpenFile(os.Getenv("NOTES"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)\n'
    '\tfmt.Fprintln(notes, "run")\n\tnotes.Close()\n}\n',
    bench("Sleeps", "run(); time.Sleep(2e6)"),
    bench("Dies", 'if run(); Runs > 7 { println("out of paper"); os.Exit(3) }'),
    bench("Hangs", "if run(); Runs > 7 { time.Sleep(time.Hour) }"),
    bench("Chatters", 'for run(); Runs > 7; time.Sleep(1e6) { fmt.Println("refused") }'),
    bench(
        "Lazy",
        "for start := time.Now(); i == 0 && time.Since(start) < 20*time.Millisecond; {\n}",
    ),
    bench("Prints", 'fmt.Println("hello")'),
    bench("Untimed", before='b.ReportMetric(0, "ns/op")\nb.ReportMetric(1, "score")'),
    imports=("fmt", "os", "time"),
)
ATTRIBUTES = {"timeout": 60, "number": 0, "sample_time": 0.01, "warmup_time": -1}
ATTRIBUTES |= {"repeat": 0, "rounds": 1, "min_run_count": 2}


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("go")
    (directory / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    (directory / "m_test.go").write_text(GO)
    go = Path(sys.executable).with_name("go")
    subprocess.run([go, "test", "-c", "-o", "m.test"], cwd=directory, check=True)
    return directory / "m.test"


def prepared(binary: Path, name: str, notes: Path) -> Prepared:
    env = {**os.environ, "NOTES": str(notes)}
    return Prepared(TestBinary(binary, binary.parent, env), name, None, ATTRIBUTES)


def soon(seconds: float = 20) -> float:
    return time.monotonic() + seconds


class TestGo:
    def test_it_stands_still_between_two_samples(self, binary: Path, tmp_path: Path) -> None:
        notes = tmp_path / "notes"
        sampler = GoSampler(prepared(binary, "Sleeps", notes), 3, soon())
        assert sampler.warm()

        def runs() -> int:
            return len(notes.read_text().splitlines())

        # Go begins each sample with one run that is not timed.
        assert runs() == 1 + 3
        for asked in range(1, 4):
            time.sleep(0.05)
            assert runs() == 4 * asked
            sampler.ask(soon())
        samples = sampler.finish()
        assert len(samples) == 3
        assert all(0.002 <= sample.wall < 1 for sample in samples)
        # Of the process, with what it collects between two samples.
        assert all(0 < sample.cpu < 1 for sample in samples)
        sampler.close()
        wait_until_gone(str(binary))

    @pytest.mark.parametrize(
        ("name", "message"),
        [("Dies", "out of paper"), ("Hangs", "too long"), ("Chatters", "too long")],
    )
    def test_it_fails_between_two_samples(
        self, binary: Path, tmp_path: Path, name: str, message: str
    ) -> None:
        sampler = GoSampler(prepared(binary, name, tmp_path / "notes"), 2, soon())
        assert sampler.warm()
        sampler.ask(soon())
        with pytest.raises(Failed, match=message):
            # That it died is known from its results.
            _ = sampler.ask(soon(20 if name == "Dies" else 1)), sampler.finish()
        sampler.close()
        wait_until_gone(str(binary))

    def test_what_prints_gets_a_process_for_each_sample(self, binary: Path, tmp_path: Path) -> None:
        of = prepared(binary, "Prints", tmp_path / "notes")
        trial = of.trial()
        assert trial is not None
        assert trial.prints
        sampler = FreshGoSampler(of, 2, is_long=False)
        assert sampler.warm()
        sampler.ask(soon())
        sampler.ask(soon())
        assert len(sampler.finish()) == 2

    def test_a_trial(self, binary: Path, tmp_path: Path) -> None:
        of = prepared(binary, "Sleeps", tmp_path / "notes")
        trial = of.trial()
        assert trial is not None
        assert not trial.prints
        assert 1 < trial.number < 100
        lazy = prepared(binary, "Lazy", tmp_path / "notes").trial()
        assert lazy is not None
        # One iteration alone would take twenty milliseconds.
        assert lazy.number > 1000
        assert prepared(binary, "Untimed", tmp_path / "notes").trial() is None


PYTHON = """
import os, sys, time

class T:
    params = [["a", "b", "skipped", "raises", "exits", "hangs"]]
    number = 2

    def setup_cache(self):
        return {"notes": "notes"}

    def setup(self, cache, which):
        if which == "skipped":
            raise NotImplementedError("not today")
        self.note("setup")
        self.runs = 0

    def teardown(self, cache, which):
        self.note("teardown")

    def note(self, word):
        with open("notes", "a") as file:
            print(word, file=file)

    def time_work(self, cache, which):
        assert cache == {"notes": "notes"}
        self.note("run")
        self.runs += 1
        print("a word")
        time.sleep(0.002)
        if os.path.exists("now"):
            if which == "raises":
                raise ValueError("out of paper")
            if which == "exits":
                os._exit(3)
            if which == "hangs":
                time.sleep(3600)
"""


# Notes on which core it begins.
WHERE = """
class T:
    params = [["a"]]
    number = 1

    def time_work(self, which):
        with open("/proc/self/stat") as file:
            core = file.read().rpartition(")")[2].split()[36]
        with open("notes", "a") as file:
            print(core, file=file)
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks/__init__.py").touch()
    (tmp_path / "benchmarks/b.py").write_text(PYTHON)
    (tmp_path / "cwd").mkdir()
    with (tmp_path / "cwd/cache.pickle").open("wb") as file:
        pickle.dump({"notes": "notes"}, file)
    return tmp_path


def python(suite: Path, index: int) -> PythonSampler:
    here = SimpleNamespace(
        find_executable=lambda _: sys.executable,
        env_vars={"A": "b"},
        _global_env_vars={},
        _path=str(Path(sys.executable).parents[1]),
    )
    attributes: dict[str, Any] = {"warmup_time": 0}
    directory = str(suite / "benchmarks")
    return PythonSampler(
        here, directory, f"b.T.time_work-{index}", attributes, suite / "cwd", soon()
    )


class TestPython:
    def test_it_is_held_as_asv_runs_it(self, suite: Path) -> None:
        sampler = python(suite, 1)
        notes = suite / "cwd/notes"
        assert sampler.warm()
        assert sampler.number == 2
        before = notes.read_text().split()
        for _ in range(3):
            time.sleep(0.05)
            assert notes.read_text().split() == before
            sampler.ask(soon())
            # asv sets up anew before each of the timed calls.
            new = notes.read_text().split()[len(before) :]
            assert new == ["teardown", "setup", "run"] * 2
            before += new
        assert len(sampler.finish()) == 3
        assert all(0.002 <= s.wall < 1 and 0 < s.cpu < s.wall for s in sampler.finish())
        assert not sampler.is_long
        sampler.close()
        wait_until_gone(str(suite / "benchmarks"))

    @pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="this machine has one core")
    def test_it_is_begun_on_the_core_that_is_asked_for(self, suite: Path) -> None:
        """And may leave it: it is bound to none."""
        (suite / "benchmarks/b.py").write_text(WHERE)
        sampler = python(suite, 0)
        assert sampler.warm()
        allowed = os.sched_getaffinity(0)
        cores = sorted(allowed)[:2] * 10
        for core in cores:
            assert sampler.ask(soon(), core) in allowed
            assert os.sched_getaffinity(sampler._process.pid) == allowed
        begun = [int(line) for line in (suite / "cwd/notes").read_text().split()][-len(cores) :]
        sampler.close()
        # Another program may have it moved before it looks.
        assert sum(map(operator.eq, begun, cores)) >= 16

    def test_it_is_skipped(self, suite: Path) -> None:
        sampler = python(suite, 2)
        assert not sampler.warm()
        sampler.close()

    @pytest.mark.parametrize(
        ("index", "message"), [(3, "out of paper"), (4, "a word"), (5, "too long")]
    )
    def test_it_fails_between_two_samples(self, suite: Path, index: int, message: str) -> None:
        sampler = python(suite, index)
        assert sampler.warm()
        sampler.ask(soon())
        (suite / "cwd/now").touch()
        with pytest.raises(Failed, match=message):
            sampler.ask(soon(1 if index == 5 else 20))
        sampler.close()
        wait_until_gone(str(suite / "benchmarks"))

    def test_its_driver_is_killed(self, suite: Path) -> None:
        sampler = python(suite, 0)
        assert sampler.warm()
        os.kill(sampler._process._process.pid, signal.SIGKILL)
        with pytest.raises(Failed):
            sampler.ask(soon())
        sampler.close()

    def test_what_does_not_begin(self, suite: Path) -> None:
        (suite / "benchmarks/b.py").write_text("import no_such_module\n")
        sampler = python(suite, 0)
        with pytest.raises(Failed, match="no_such_module"):
            sampler.warm()
        sampler.close()
