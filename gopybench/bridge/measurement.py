"""A Go benchmark and asv's attributes -> its value as asv's own runner would give it."""

from __future__ import annotations

import contextlib
import math
import statistics
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from asv import util

from gopybench import callgrind
from gopybench.asvdata import saidonce
from gopybench.asvdata.gosettings import Blocks
from gopybench.bridge import instructioncount
from gopybench.bridge.build import Package
from gopybench.bridge.functions import Benchmark, Function
from gopybench.bridge.installation import Installation
from gopybench.bridge.lastwords import NotAvailable, skipped
from gopybench.bridge.sampling import TIME_UNIT, Cost, learn, measured_cost, plan
from gopybench.bridge.testbinary import BenchmarkLine, exact_pattern, skip_below


class Failed(Exception):
    """A benchmark failed; the message is what the compiler or the program said.

    Attributes:
        code: the exit code; None where the program was killed as its time was over.
    """

    def __init__(self, message: str, code: int | None = 1) -> None:
        """Take the message and the exit code."""
        super().__init__(message)
        self.code = code


# The function's key, the benchmark's name, GOMAXPROCS.
_Identity = tuple[tuple[str, str], str, Optional[int]]


@dataclass(frozen=True)
class Target:
    """What asv wants a value of, in Go's terms.

    Attributes:
        name: the asv benchmark's name, which stands for one unit.
        package: the Go benchmark's package in the build that is measured.
        function: its function.
        benchmark: the benchmark itself.
    """

    name: str
    package: Package
    function: Function
    benchmark: Benchmark

    @property
    def identity(self) -> _Identity:
        """What identifies the Go benchmark at every commit."""
        return self.function.key, self.benchmark.name, self.benchmark.gomaxprocs


@dataclass
class Measurement:
    """Measures benchmarks of one build after the other.

    The values other than time come from the run that was timed: its lines are
    kept until :meth:`forget`.

    Attributes:
        blocks: what the configuration says about Go.
        gomaxprocs: what the benchmarks of each function ran with, by its key, where it
            is not a parameter.
    """

    blocks: Blocks
    gomaxprocs: dict[tuple[str, str], int] = field(default_factory=dict)
    _costs: dict[_Identity, Cost] = field(default_factory=dict)
    # By commit and benchmark: the lines of all processes so far, or why there are none.
    _lines: dict[tuple[str, _Identity], list[BenchmarkLine] | Failed | NotAvailable] = field(
        default_factory=dict
    )

    def forget(self) -> None:
        """Drop what was measured: the next values come from another run."""
        self._lines.clear()

    def value(
        self,
        target: Target,
        attributes: Mapping[str, Any],
        installation: Installation,
        profile: Path | None = None,
    ) -> tuple[Any, str]:
        """Return the value of a target, and what the program printed.

        The value is what asv's runner would give: samples and a number of
        iterations for a time, else a number. *attributes* are asv's. A profile is
        written to *profile*. Raises Failed, and NotAvailable where the benchmark was
        skipped or has no such value.
        """
        wanted = self.blocks.of(target.function.directory).instructions
        count = instructioncount.series(target.function, wanted)
        if count is not None and count.name == target.name:
            return self._instructions(target, attributes, installation), ""
        is_time = target.name == target.function.time_name
        key = (installation.build.commit, target.identity)
        output = ""
        new: list[BenchmarkLine] = []
        if is_time or key not in self._lines:
            try:
                new, output = self._samples(target, attributes, installation, profile)
            except Failed as failure:
                self._lines[key] = failure
                raise
            before = self._lines.get(key, [])
            lines = [*(before if isinstance(before, list) else []), *new]
            self._lines[key] = lines or NotAvailable(skipped(output))
        found = self._lines[key]
        if isinstance(found, Failed):
            raise found
        if isinstance(found, NotAvailable):
            raise NotAvailable(str(found), output)
        value = _timing(new) if is_time else _tracked(found, target)
        if value is None:
            raise NotAvailable(skipped(output) or "it reports no such value", output)
        return value, output

    def _instructions(
        self, target: Target, attributes: Mapping[str, Any], installation: Installation
    ) -> float:
        """Count the instructions of one run of a benchmark; raise Failed or NotAvailable."""
        if not callgrind.is_installed():
            why = "valgrind, which counts them, is not installed"
            saidonce.warn(f"instructions are n/a: {why}")
            raise NotAvailable(why)
        timeout, cpus = attributes["timeout"], attributes.get("cpu_affinity")
        try:
            binary = installation.binary(target.package)
            return instructioncount.per_run(binary, target.benchmark.name, timeout, cpus)
        except (instructioncount.CannotCount, OSError, subprocess.SubprocessError) as error:
            raise Failed(str(error)) from None

    def _samples(
        self,
        target: Target,
        attributes: Mapping[str, Any],
        installation: Installation,
        profile: Path | None,
    ) -> tuple[list[BenchmarkLine], str]:
        """Take samples of a benchmark, anew if a trial shows that its lines were too short."""
        before = self._costs.get(target.identity, target.benchmark.cost)
        new, output = self._run(target, before, attributes, installation, profile)

        def run(number: int, count: int) -> list[BenchmarkLine]:
            of = {**attributes, "number": number, "repeat": count, "warmup_time": 0}
            with contextlib.suppress(Failed):
                return self._run(target, Cost(), of, installation, None)[0]
            return []

        cost = learn(attributes, before, new, run)
        if plan(attributes, cost).benchtime != plan(attributes, before).benchtime:
            new, output = self._run(target, cost, attributes, installation, profile)
            cost = measured_cost(new, cost)
        self._costs[target.identity] = cost
        return new, output

    def _run(
        self,
        target: Target,
        cost: Cost,
        attributes: Mapping[str, Any],
        installation: Installation,
        profile: Path | None,
    ) -> tuple[list[BenchmarkLine], str]:
        """Run a benchmark in a process of its own; return its samples and what it printed."""
        benchmark = target.benchmark
        try:
            sampling = plan(attributes, cost)
            binary = installation.binary(target.package)
            pattern = exact_pattern(benchmark.name)
            flags = [f"-test.benchtime={sampling.benchtime}", skip_below(benchmark.name)]
            if benchmark.gomaxprocs is not None:
                flags.append(f"-test.cpu={benchmark.gomaxprocs}")
            taken: list[BenchmarkLine] = []

            def enough(line: BenchmarkLine) -> bool:
                taken.append(line)
                return sampling.is_enough(taken)

            timeout, cpus = attributes["timeout"], attributes.get("cpu_affinity")
            run = binary.run(
                *(pattern, *flags, f"-test.count={sampling.count}"),
                timeout=timeout,
                cpus=cpus,
                enough=enough,
            )
            if run.failed:
                raise Failed(run.problem, run.code)
            lines = run.lines.get(benchmark.name, [])
            if lines and benchmark.gomaxprocs is None:
                self.gomaxprocs[target.function.key] = lines[0].gomaxprocs
            if profile is not None and lines:
                profile.parent.mkdir(parents=True, exist_ok=True)
                if sampling.benchtime.endswith("s"):
                    # A profile takes a hundred samples a second: it needs longer than a time does.
                    flags.append("-test.benchtime=1s")
                flags.append(f"-test.cpuprofile={profile}")
                binary.run(pattern, *flags, timeout=timeout, cpus=cpus)
            return sampling.without_warmup(lines), run.output
        except (
            *(ValueError, TypeError, OverflowError),
            *(OSError, subprocess.SubprocessError),
        ) as error:
            raise Failed(str(error)) from None


def _timing(lines: Iterable[BenchmarkLine]) -> Any:
    """Return the value of a time: its samples, in seconds; None where Go timed nothing."""
    timed = [(line.value(TIME_UNIT), line.result.iterations) for line in lines]
    samples = [value for value, _ in timed if value is not None]
    if not samples:
        return None
    number = round(statistics.median(number for value, number in timed if value is not None))
    return {"samples": samples, "number": max(number, 1)}


def _tracked(lines: Iterable[BenchmarkLine], target: Target) -> float | None:
    """Return the median of the target's unit, in its base unit; None where no line has it."""
    values: list[float] = []
    found = target.function.series_by_name().get(target.name)
    for line in lines:
        for value in line.result.read_values():
            unit = target.function.series(value.unit, "lower")
            if unit is None or unit.name != target.name or not math.isfinite(value.value):
                continue
            if found is None or unit.identity == found[0].identity:
                values.append(value.value)
    return statistics.median(values) if values else None


def profile_file(directory: Path, commit: str, benchmark_id: str) -> Path:
    """Return where the profile of a benchmark is written; asv's *benchmark_id* may be long."""
    # A file's name has at most 255 bytes.
    short = util.sanitize_filename(benchmark_id).encode()[-240:].decode(errors="ignore")
    return directory / commit[:8] / f"{short}.pprof"
