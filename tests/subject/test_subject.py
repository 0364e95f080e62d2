"""The subject, in this interpreter and, where there is one, in PyPy."""

from __future__ import annotations

import ast
import functools
import gc
import itertools
import os
import shutil
import subprocess
import sys
import time
import timeit
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gopybench.subject
from benchmarks import person as benchmarks
from gopybench.subject import costs, gcsettings, instructions, peakmem, person, workload

from ..conftest import ROOT

VARIANTS = list(person.VARIANTS)


def variant(name: str) -> person.PersonType:
    try:
        return person.variant(name)
    except NotImplementedError as lack:
        pytest.skip(str(lack))


@pytest.fixture(autouse=True, scope="module")
def _cdef(compiled: Path) -> Iterator[None]:
    """PersonCdef is found here, too; all else is the working tree's, not compiled."""
    gopybench.subject.__path__.append(str(compiled / "gopybench/subject"))
    yield
    gopybench.subject.__path__.pop()


@pytest.mark.parametrize("name", VARIANTS)
class TestVariants:
    def test_a_person(self, name: str) -> None:
        ada: Any = variant(name)(first_name="Ada", last_name="Lovelace", age=35)
        assert ada.full_name() == "Ada Lovelace"
        for _ in range(2):
            older = ada.increase_age()
            assert (older is None) == (name != "PersonTuple")
            ada = older or ada
        assert (ada.first_name, ada.last_name, ada.age) == ("Ada", "Lovelace", 37)

    def test_made_without_the_names_of_its_fields(self, name: str) -> None:
        if name == "PersonPydantic":
            with pytest.raises(TypeError):
                variant(name)("Ada", "Lovelace", 35)
            return
        assert variant(name)("Ada", "Lovelace", 35).full_name() == "Ada Lovelace"

    def test_its_attributes_can_be_set(self, name: str) -> None:
        ada: Any = variant(name)(first_name="Ada", last_name="Lovelace", age=35)
        if name == "PersonTuple":
            with pytest.raises(AttributeError):
                ada.age = 1
            return
        ada.first_name, ada.last_name, ada.age = "Augusta", "King", 36
        assert (ada.full_name(), ada.age) == ("Augusta King", 36)

    def test_is_of_its_own_name(self, name: str) -> None:
        assert variant(name).__name__ == name  # type: ignore[attr-defined]

    @pytest.mark.parametrize("n", [0, 1, 1001])
    def test_the_workload_makes_persons_of_it(self, name: str, n: int) -> None:
        person_type: Any = variant(name)
        for make, years in ((workload.create, 0), (workload.live, 1)):
            persons = make(person_type, n)
            assert [type(p) for p in persons] == [person_type] * n
            workload.increase_ages(persons)
            assert [p.age for p in persons] == [workload.AGE + years + 1] * n
            names = workload.full_names(persons)
            assert type(names) is list
            assert names == ["Jane Doe"] * n
            # Each name was made, for none could be taken for another's.
            assert {type(name) for name in names} <= {str}
            assert len({id(name) for name in names}) == n

    def test_each_person_is_its_own(self, name: str) -> None:
        persons: Any = workload.live(variant(name), 3)
        if name == "PersonTuple":
            persons[1] = persons[1].increase_age()
        else:
            persons[1].increase_age()
        assert [p.age for p in persons] == [31, 32, 31]


@functools.cache
def every_variant() -> dict[str, person.PersonType]:
    return {name: person.variant(name) for name in VARIANTS}


@given(
    first_name=st.text(),
    last_name=st.text(),
    age=st.integers(-(2**63), 2**63 - 3),
    n=st.integers(0, 3),
)
def test_every_variant_gives_the_same(first_name: str, last_name: str, age: int, n: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workload, "FIRST_NAME", first_name)
        patch.setattr(workload, "LAST_NAME", last_name)
        patch.setattr(workload, "AGE", age)
        for name, person_type in every_variant().items():
            for make, years in ((workload.create, 0), (workload.live, 1)):
                persons = make(person_type, n)
                assert workload.full_names(persons) == [f"{first_name} {last_name}"] * n, name
                workload.increase_ages(persons)
                fields = [(p.first_name, p.last_name, p.age) for p in persons]
                assert fields == [(first_name, last_name, age + years + 1)] * n, name


def test_who_has_a_dictionary() -> None:
    persons = {name: workload.create(variant(name), 1)[0] for name in VARIANTS}
    assert {name for name, one in persons.items() if hasattr(one, "__dict__")} == {
        "Person",
        "PersonPydantic",
        "PersonNumPy",  # only the view, which is made when one looks
    }


def test_whom_the_garbage_collector_never_visits() -> None:
    without_header = {"PersonDataObject", "PersonStructNoGC", "PersonCdef"}
    for name in without_header:
        one = workload.create(variant(name), 1)[0]
        assert not gc.is_tracked(one)
        assert sys.getsizeof(one) == 40, name  # two words, two references and a number


def in_compiled(compiled: Path, script: str, *command: str) -> str:
    """Run a script where the subject is compiled, and return what it prints."""
    run = subprocess.run(
        [*command, sys.executable, "-c", script],
        cwd=compiled,
        env={**os.environ, "PYTHONPATH": str(compiled)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_every_variant_works_where_the_subject_is_compiled(compiled: Path) -> None:
    script = (
        "from gopybench.subject import person, workload\n"
        "for name in person.VARIANTS:\n"
        "    persons = workload.live(person.variant(name), 100)\n"
        "    workload.increase_ages(persons)\n"
        "    assert workload.full_names(persons) == ['Jane Doe'] * 100\n"
        "    assert [p.age for p in persons] == [workload.AGE + 2] * 100\n"
        "    print(type(workload.live).__name__, name, type(persons[99]).__name__)\n"
    )
    lines = [line.split() for line in in_compiled(compiled, script).splitlines()]
    assert lines == [["cython_function_or_method", name, name] for name in VARIANTS]


class TestCdef:
    """That the compiled workload does all of the work on real objects."""

    def test_its_persons_are_objects_in_a_list(self) -> None:
        cdef: Any = variant("PersonCdef")
        jane = "".join(["Ja", "ne"])
        before = sys.getrefcount(jane)
        persons = cdef.live_many(jane, "Doe", 30, 1000)
        holding = sys.getrefcount(jane) - before
        assert holding == 1000  # each person has its name
        assert type(persons) is list
        assert {type(p) for p in persons} == {cdef}
        assert len({id(p) for p in persons}) == 1000
        persons[5].first_name = "Ada"
        persons.append("a list can hold anything")
        del persons[0]
        assert [p.full_name() for p in persons[3:5]] == ["Jane Doe", "Ada Doe"]

    def test_the_name_that_is_dropped_is_made(self) -> None:
        long = "x" * (1 << 20)
        cdef: Any = variant("PersonCdef")
        tracemalloc.start()
        try:
            persons = cdef.live_many(long, "Doe", 30, 3)
            assert persons[2].age == 31
            kept, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept < 10_000
        assert 1 << 20 < peak < 2 << 20

    @pytest.mark.skipif(not instructions.is_known(), reason="valgrind is not installed")
    def test_the_whole_costs_its_steps(self, compiled: Path) -> None:
        """Every person's name is made, though it is dropped: the instructions tell."""
        script = (
            "from gopybench.subject import instructions\n"
            "works = 'create', 'full_name', 'increase_age', 'lifecycle'\n"
            "print(*instructions.each_per_person(works, 'PersonCdef'))\n"
        )
        *steps, whole = map(float, in_compiled(compiled, script).split())
        assert min(steps) > 3
        assert sum(steps) == pytest.approx(whole, rel=0.25)

    def test_a_person_takes_the_memory_of_an_object(self, compiled: Path) -> None:
        script = (
            "from gopybench.subject import peakmem\n"
            "print(peakmem.bytes_per_person('PersonCdef', 'single', 1_000_000))"
        )
        # 40 bytes come from places of 48, and the list takes 8 or a little more.
        assert 48 < float(in_compiled(compiled, script)) < 70

    def test_what_is_no_name_or_age_is_refused(self) -> None:
        cdef: Any = variant("PersonCdef")
        ada = cdef("Ada", "Lovelace", 35)
        for wrong in (("Ada", None, 1), (1, "Lovelace", 1), ("Ada", "Lovelace", "35")):
            with pytest.raises(TypeError):
                cdef(*wrong)
            with pytest.raises(TypeError):
                cdef.live_many(*wrong, 1)
        with pytest.raises(TypeError):
            ada.first_name = None
        with pytest.raises(OverflowError):
            ada.age = 2**63
        with pytest.raises(TypeError):
            cdef.__new__(cdef).full_name()
        for wrong_persons in ([ada, None], [ada, person.Person("a", "b", 1)], (ada,)):
            for work in (cdef.full_names_of, cdef.increase_ages_of):
                with pytest.raises(TypeError):
                    work(wrong_persons)

    def test_is_not_available_where_it_was_not_compiled(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "gopybench.subject.personcdef", None)
        with pytest.raises(NotImplementedError, match="where Cython compiled it"):
            person.variant("PersonCdef")


def test_a_variant_that_a_commit_lacks_is_not_available() -> None:
    with pytest.raises(NotImplementedError, match="no Person variant 'PersonOfTomorrow'"):
        person.variant("PersonOfTomorrow")


class TestAPackageThatIsMissing:
    @pytest.fixture(autouse=True)
    def _missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "recordclass", None)

    def test_is_an_error_where_it_can_be_installed(self) -> None:
        with pytest.raises(ImportError):
            person.variant("PersonDataObject")

    def test_is_not_available_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
        with pytest.raises(NotImplementedError, match="needs a package"):
            person.variant("PersonDataObject")


def test_a_package_that_switches_the_gil_on(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([False, True])
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: next(answers), raising=False)
    with pytest.raises(NotImplementedError, match="switches the GIL on"):
        person.variant("PersonDataObject")


@pytest.mark.parametrize(
    ("benchmark", "method", "params"),
    [
        (benchmarks.Lifecycle, "time_lifecycle", ("Person", "single", 10)),
        (benchmarks.Create, "time_create", ("Person", 10)),
        (benchmarks.FullName, "time_full_name", ("Person", 10)),
        (benchmarks.IncreaseAge, "time_increase_age", ("Person", 10)),
    ],
)
def test_the_garbage_collector_is_on_while_asv_times(
    benchmark: type[Any], method: str, params: tuple[Any, ...]
) -> None:
    enabled = []
    instance = benchmark()
    instance.setup(*params)

    class Watching(person.Person):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            enabled.append(gc.isenabled())

        def full_name(self) -> str:
            enabled.append(gc.isenabled())
            return ""

        def increase_age(self) -> None:
            enabled.append(gc.isenabled())

    instance.person_type = Watching
    instance.persons = [Watching("a", "b", 1)]
    enabled.clear()
    timeit.Timer(lambda: getattr(instance, method)(*params)).timeit(1)
    instance.teardown()
    assert enabled
    assert all(enabled)


def test_the_benchmarks_know_every_variant_and_mode() -> None:
    assert (*VARIANTS, "PersonValue", "PersonArena") == benchmarks.VARIANTS
    assert workload.MODES == benchmarks.MODES


@pytest.mark.parametrize("mode", workload.MODES)
@pytest.mark.parametrize("n", [0, 1, 1001])
def test_all_persons_are_alive_at_the_end(mode: str, n: int) -> None:
    if mode == "interpreters" and sys.version_info < (3, 14):
        with pytest.raises(NotImplementedError, match=r"from Python 3\.14 on"):
            workload.Lifecycle(person.Person, mode, n)
        return
    lifecycle = workload.Lifecycle(person.Person, mode, n)
    try:
        in_processes = mode == "processes"
        if mode == "interpreters":  # they keep them for themselves
            assert lifecycle.persons == []
            return
        persons = [p for worker in lifecycle.persons for p in worker]
        assert len({id(p) for p in persons}) == (0 if in_processes else n)
        assert all(p.age == workload.AGE + 1 for p in persons)
        workers = lifecycle.pids[1:]
        assert len(workers) == (workload.cores() if in_processes else 0)
        for pid in workers:
            assert Path(f"/proc/{pid}").exists()
    finally:
        lifecycle.release()
    assert lifecycle.persons == []
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_a_worker_that_dies_is_an_error_and_leaves_none_behind() -> None:
    def dies(*_: object) -> person.PersonLike:
        os._exit(3)

    before = children()
    with pytest.raises(RuntimeError, match="a worker process died"):
        workload.Lifecycle(dies, "processes", 10)
    assert children() == before


class TestAWorkerThatFails:
    """The value fails, though the other workers do their part and say nothing."""

    @pytest.mark.parametrize("mode", ["single", "threads", "processes"])
    @pytest.mark.parametrize("failure", [MemoryError, SystemExit, KeyError])
    def test_in_asvs_benchmark(self, mode: str, failure: type[BaseException]) -> None:
        numbers = itertools.count()

        class OneThatFails(person.Person):
            def __init__(self, *args: Any) -> None:
                super().__init__(*args)
                if next(numbers) == 70:  # of all threads, in one
                    raise failure

        before = children()
        benchmark = benchmarks.Lifecycle()
        benchmark.setup("Person", mode, 100)
        benchmark.person_type = OneThatFails
        expected = failure if mode == "single" else RuntimeError
        with pytest.raises(expected) as raised:
            benchmark.time_lifecycle("Person", mode, 100 * workload.cores())
        if mode == "threads":
            assert isinstance(raised.value.__cause__, failure)
        benchmark.teardown()
        assert children() == before

    @pytest.mark.parametrize(
        "command",
        [
            *(["peakmem", "Person", mode, "10", "default"] for mode in benchmarks.MODES[:3]),
            ["instructions", "Person", "lifecycle"],
        ],
    )
    def test_in_a_fresh_process(self, command: list[str]) -> None:
        script = (
            f"from gopybench.subject import {command[0]}, person\n"
            "def full_name(self): raise MemoryError\n"
            "person.Person.full_name = full_name\n"
            f"{command[0]}.main()\n"
        )
        run = subprocess.run(
            [sys.executable, "-c", script, *command[1:]], cwd=ROOT, capture_output=True, text=True
        )
        assert run.returncode == 1
        assert run.stdout == ""
        assert "MemoryError" in run.stderr

    def test_among_those_started_when_another_cannot_be(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = children()
        started = []

        def fork() -> int:
            started.append(True)
            if len(started) == 2:
                raise BlockingIOError("no more processes")
            return forked()

        forked = os.fork
        monkeypatch.setattr(os, "fork", fork)
        monkeypatch.setattr(workload, "cores", lambda: 3)
        with pytest.raises(BlockingIOError):
            workload.Lifecycle(person.Person, "processes", 10)
        assert len(started) == 2
        assert children() == before


def test_workers_end_with_a_parent_that_is_killed() -> None:
    script = (
        "import time\nfrom gopybench.subject import person, workload\n"
        "print(*workload.Lifecycle(person.Person, 'processes', 10).pids, flush=True)\n"
        "time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    _, *workers = parent.stdout.readline().split()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert workers
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def children() -> str:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


@pytest.mark.skipif(shutil.which("python3.14") is None, reason="CPython 3.14 is not installed")
def test_interpreters_keep_their_persons() -> None:
    script = (
        "from gopybench.subject import peakmem, person, workload\n"
        "assert 32 < peakmem.bytes_per_person('PersonSlots', 'interpreters', 400_000) < 400\n"
        "try:\n"
        "    workload.Lifecycle(type('PersonCdef', (), {}), 'interpreters', 1)\n"
        "except NotImplementedError as lack:\n"
        "    assert 'PersonCdef' in str(lack), lack\n"
        "else:\n"
        "    raise AssertionError('what is not there was found')\n"
    )
    subprocess.run(["python3.14", "-c", script], cwd=ROOT, check=True)


class NotShareableError(TypeError):
    """Named as CPython's own, which 3.14 has."""


@pytest.mark.parametrize(
    ("failure", "expected", "words"),
    [
        # Compiled, this very module is not to be loaded there.
        (NotShareableError("args"), NotImplementedError, "Person in an interpreter .* args"),
        (ImportError("numpy"), NotImplementedError, "Person in an interpreter .* numpy"),
        (MemoryError(), RuntimeError, "a worker interpreter failed"),
        (TypeError("'None' has no len()"), RuntimeError, "a worker interpreter failed"),
        (SystemExit(0), RuntimeError, "a worker interpreter failed"),
    ],
)
def test_what_interpreters_cannot_load_and_what_fails_in_one(
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
    expected: type[Exception],
    words: str,
) -> None:
    ended = []

    class Pool:
        def __init__(self, workers: int) -> None: ...

        def submit(self, *_: object) -> Future[int]:
            future: Future[int] = Future()
            future.set_exception(failure)
            return future

        def shutdown(self) -> None:
            ended.append(True)

    monkeypatch.setattr("concurrent.futures.InterpreterPoolExecutor", Pool, raising=False)
    with pytest.raises(expected, match=words):
        workload.Lifecycle(person.Person, "interpreters", 1)
    assert ended == [True]


@pytest.mark.skipif(
    shutil.which("python3.13t") is None and shutil.which("python3.14t") is None,
    reason="no free-threaded CPython is installed",
)
def test_without_the_gil_no_variant_switches_it_on() -> None:
    script = (
        "import sys\n"
        "from gopybench.subject import person, workload\n"
        "lifecycle = workload.Lifecycle(person.PersonSlots, 'threads', 1001)\n"
        "assert sum(map(len, lifecycle.persons)) == 1001\n"
        "assert not sys._is_gil_enabled()\n"
        "try:\n"
        "    person.variant('PersonDataObject')\n"
        "except NotImplementedError as lack:\n"
        "    print(lack)\n"
    )
    free_threaded = shutil.which("python3.14t") or shutil.which("python3.13t")
    run = subprocess.run(
        [str(free_threaded), "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert "PersonDataObject" in run.stdout


class TestCosts:
    def test_the_benchmark_knows_them_all(self) -> None:
        assert tuple(costs.COSTS) == benchmarks.COSTS

    @pytest.mark.parametrize("cost", costs.COSTS)
    def test_each_makes_so_many(self, cost: str) -> None:
        kept = costs.COSTS[cost](7)
        assert isinstance(kept, list)
        assert len(kept) == 7
        if cost == "dropped":
            assert set(kept) == {None}
        else:
            assert len({id(p) for p in kept}) == 7
            assert {p.full_name() for p in kept} == {"Jane Doe"}
            assert {p.age for p in kept} == {1001 if cost == "great-ages" else workload.AGE + 1}
            names = {id(p.first_name) for p in kept} | {id(p.last_name) for p in kept}
            assert len(names) == (14 if cost == "own-names" else 2)

    def test_memory(self) -> None:
        n = 100_000
        usual, own = (costs.bytes_per_person(cost, n) for cost in ("usual", "own-names"))
        assert own - usual > 2 * sys.getsizeof("")
        assert costs.bytes_per_person("dropped", n) < usual / 2

    def test_the_median_of_processes_is_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        printed = iter(["9.0 1", "1.0 1", "2.0 1"])
        asked = []

        def output_of(*command: str) -> str:
            asked.append(command)
            return next(printed)

        monkeypatch.setattr(costs, "output_of", output_of)
        assert costs.seconds("usual", 7) == 2.0
        assert asked == [("gopybench.subject.costs", "usual", "7")] * 3

    @pytest.mark.parametrize(("cost", "times"), [("usual", 1), ("again", 2)])
    def test_what_a_process_does(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        cost: str,
        times: int,
    ) -> None:
        """The second run is timed where that is asked for, and the first is not."""
        done: list[int] = []
        clock = iter([10.0, 12.5])

        def read_clock() -> float:
            assert len(done) >= times - 1
            return next(clock)

        monkeypatch.setitem(costs.COSTS, cost, done.append)
        monkeypatch.setattr(costs.time, "perf_counter", read_clock)
        monkeypatch.setattr(costs.os, "_exit", lambda code: None)
        monkeypatch.setattr(sys, "argv", ["costs", cost, "7"])
        costs.main()
        seconds, peak = capsys.readouterr().out.split()
        assert (float(seconds), done) == (2.5, [7] * times)
        assert int(peak) > 1 << 20

    def test_a_process_that_fails(self) -> None:
        with pytest.raises(RuntimeError, match="KeyError"):
            costs.seconds("of-tomorrow", 1)


def test_an_unknown_mode() -> None:
    with pytest.raises(ValueError, match="unknown mode 'fibers'"):
        workload.Lifecycle(person.Person, "fibers", 1)


@pytest.mark.parametrize(("n", "parts"), [(10, [4, 3, 3]), (2, [1, 1, 0]), (0, [0, 0, 0])])
def test_shares(n: int, parts: list[int]) -> None:
    assert workload.shares(n, 3) == parts


def test_names_and_ages_of_many() -> None:
    persons = workload.create(person.PersonSlots, 3)
    workload.increase_ages(persons)
    assert workload.full_names(persons) == ["Jane Doe"] * 3
    assert [p.age for p in persons] == [workload.AGE + 1] * 3


class TestPeakMemory:
    def test_it_stays_when_memory_is_freed(self) -> None:
        script = (
            "import os; from gopybench.subject.peakmem import resident_peak as peak\n"
            "before = peak(os.getpid()); bytearray(64 << 20)\n"
            "print(before, peak(os.getpid()))"
        )
        run = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
        )
        before, after = map(int, run.stdout.split())
        assert after - before == pytest.approx(64 << 20, rel=0.1)

    def test_of_no_process(self) -> None:
        with pytest.raises(OSError, match="No such file"):
            peakmem.resident_peak(1 << 30)

    @pytest.mark.parametrize("mode", ["single", "threads", "processes"])
    def test_a_person_costs_what_it_must(self, mode: str) -> None:
        # Three references and the place in the list, at the least.
        assert 32 < peakmem.bytes_per_person("PersonSlots", mode, 200_000) < 400

    def test_processes_are_summed(self) -> None:
        assert peakmem.peak("Person", "processes", 0) > 1.5 * peakmem.peak("Person", "single", 0)

    def test_a_process_that_fails(self) -> None:
        with pytest.raises(RuntimeError, match="no Person variant"):
            peakmem.peak("PersonOfTomorrow", "single", 1)


class TestSettings:
    @pytest.mark.parametrize(
        ("name", "collects", "frozen"),
        [("default", True, False), ("gc-disable", False, False), ("gc-freeze", True, True)],
    )
    def test_the_work_is_done_with_it(self, name: str, collects: bool, frozen: bool) -> None:
        seen = []

        class Watching(person.Person):
            def full_name(self) -> str:
                seen.append((gc.isenabled(), gc.get_freeze_count() > 0))
                return ""

        benchmark = benchmarks.Settings()
        benchmark.setup("Person", name, 1)
        benchmark.person_type = Watching
        try:
            # timeit switches the collector off, as asv does.
            timeit.Timer(lambda: benchmark.time_settings("Person", name, 1)).timeit(1)
        finally:
            benchmark.teardown()
        assert seen == [(collects, frozen)]
        assert gc.isenabled()
        assert gc.get_freeze_count() == 0

    def test_what_python_does_not_have(self) -> None:
        for name in set(benchmarks.SETTINGS) - set(gcsettings.SETTINGS):
            with pytest.raises(NotImplementedError, match="no setting"):
                benchmarks.Settings().setup("Person", name, 1)

    def test_what_another_runtime_does_not_have(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(gc, "freeze")
        with pytest.raises(NotImplementedError, match="cannot freeze"):
            gcsettings.apply("gc-freeze")

    def test_peak_memory(self) -> None:
        plain = benchmarks.Settings().track_peakmem("Person", "default", 100_000)
        unhindered = benchmarks.Settings().track_peakmem("Person", "gc-disable", 100_000)
        # There is no garbage, and so it is the same.
        assert unhindered == pytest.approx(plain, rel=0.1)
        with pytest.raises(RuntimeError, match="no setting"):
            peakmem.peak("Person", "single", 1, "gogc-off")

    def test_a_commit_from_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(benchmarks, "gcsettings", None)
        with pytest.raises(NotImplementedError, match="at this commit"):
            benchmarks.Settings().setup("Person", "default", 1)


@pytest.mark.skipif(not instructions.is_known(), reason="valgrind is not installed")
class TestInstructions:
    def test_the_steps_are_parts_of_the_whole(self) -> None:
        works = ("create", "full_name", "increase_age", "lifecycle")
        counts, again = (instructions.each_per_person(works, "Person") for _ in range(2))
        # The same work counts the same.
        assert counts == pytest.approx(again, rel=1e-4)
        *steps, whole = counts
        assert all(0 < step < whole for step in steps)
        # Each step by itself has its own loop, and keeps what it makes.
        assert sum(steps) == pytest.approx(whole, rel=0.15)

    def test_what_fails_is_told(self) -> None:
        with pytest.raises(RuntimeError, match="no such work"):
            instructions.per_person("sleep", "Person")


def test_the_work_that_asv_has_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of asv's benchmarks asks for its own work, of the variant that it is given."""
    asked = []
    monkeypatch.setattr(benchmarks.instructions, "is_known", lambda: True)
    monkeypatch.setattr(
        benchmarks.instructions, "per_person", lambda *work: asked.append(work) or 7.0
    )
    for workload_class in (
        benchmarks.Lifecycle,
        benchmarks.Create,
        benchmarks.FullName,
        benchmarks.IncreaseAge,
    ):
        assert workload_class().track_instructions("PersonSlots") == 7.0
    works = ("lifecycle", "create", "full_name", "increase_age")
    assert asked == [(work, "PersonSlots") for work in works]


@pytest.mark.parametrize(
    ("name", "kept"), [("create", 4000), ("full_name", 2), ("increase_age", 2000)]
)
def test_the_work_that_is_counted(name: str, kept: int) -> None:
    found = instructions.run(name, person.Person, 2 * instructions.FEW)
    assert isinstance(found, list)
    assert len(found) == kept


def test_where_instructions_cannot_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    value = benchmarks.Create().track_instructions("Person")
    assert value != value


def test_the_subject_imports_the_standard_library_and_what_its_variants_are_made_of() -> None:
    imported = set()
    for path in (ROOT / "gopybench/subject").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).split(".")[0])
    packages = {"recordclass", "attrs", "msgspec", "pydantic", "numpy"}
    assert imported - set(sys.stdlib_module_names) == {"gopybench", *packages}


@pytest.mark.skipif(shutil.which("pypy3") is None, reason="PyPy is not installed")
def test_on_pypy() -> None:
    script = (
        "from gopybench.subject import person, workload, peakmem\n"
        "for mode in ('single', 'threads', 'processes'):\n"
        "    lifecycle = workload.Lifecycle(person.PersonSlots, mode, 1000)\n"
        "    assert sum(map(len, lifecycle.persons)) == (0 if mode == 'processes' else 1000)\n"
        "    lifecycle.release()\n"
        "    assert peakmem.peak('Person', mode, 1000) > 1 << 20\n"
        "for name in person.VARIANTS:\n"
        "    try:\n"
        "        workload.full_names(workload.live(person.variant(name), 10))\n"
        "    except NotImplementedError as lack:\n"
        "        print(name, lack)\n"
    )
    run = subprocess.run(
        ["pypy3", "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    lacks = dict(line.split(" ", 1) for line in run.stdout.splitlines())
    assert "recordclass" in lacks["PersonDataObject"]
    assert "where Cython compiled it" in lacks["PersonCdef"]
    assert not {"Person", "PersonSlots", "PersonTuple"} & set(lacks)
