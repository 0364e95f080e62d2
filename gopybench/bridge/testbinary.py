"""A Go test binary and its flags -> the benchmark lines that it prints, by benchmark."""

from __future__ import annotations

import math
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from gopybench.asvdata import definitions
from gopybench.benchfmt import reader, records
from gopybench.benchfmt.names import split_gomaxprocs
from gopybench.bridge import processes

# What a test binary prints about itself, not about a benchmark.
_FRAMEWORK = re.compile(r"(goos|goarch|pkg|cpu): |PASS$|FAIL$|testing: warning: no tests to run")

# A benchmark that panics may still get a line, and the program exit code 0: Go's
# testing goes on while the panic is under way.
_NO_VALUES = re.compile(r"Benchmark\S+\s+[0-9]+\s*$")

# A program with more benchmarks is stopped: asv could not keep as many, and a function
# may go on making them for ever.
MAX_NAMES = definitions.MAX_COMBINATIONS

_FAILED = re.compile(r"^\s*--- FAIL: Benchmark", re.MULTILINE)


@dataclass(frozen=True)
class BenchmarkLine:
    """One benchmark line: what one count of a benchmark gave.

    Attributes:
        result: what is on the line.
        gomaxprocs: the value it ran with.
        seconds: how much wall time it took, what Go does not time included.
    """

    result: records.Result
    gomaxprocs: int
    seconds: float

    def value(self, unit: str) -> float | None:
        """Return the line's value of a base unit; None where it has none that is finite."""
        found = (v.value for v in self.result.read_values() if v.unit == unit)
        return next((value for value in found if math.isfinite(value)), None)


@dataclass
class Run:
    """What a run of a test binary gave.

    Attributes:
        names: the benchmarks that began, in their order: full names without
            ``Benchmark``. Those that only hold sub-benchmarks are among them.
        lines: the benchmark lines by name, in their order.
        better: by unit, which direction is said to be better.
        empty: whether a benchmark's line has no value at all.
        output: an excerpt of everything else that the program printed.
        finished: whether Go's testing came to the end of it, and says that it failed.
        outcome: how it ended.
    """

    names: dict[str, None] = field(default_factory=dict)
    lines: dict[str, list[BenchmarkLine]] = field(default_factory=lambda: defaultdict(list))
    better: dict[str, str] = field(default_factory=dict)
    empty: bool = False
    output: str = ""
    finished: bool = False
    outcome: processes.Outcome = field(default_factory=lambda: processes.Outcome(0, ""))

    @property
    def failed(self) -> bool:
        """Whether the program failed; one that was stopped did not."""
        if self.outcome.stopped:
            return False
        # A TestMain may drop the exit code.
        return (
            self.outcome.timed_out
            or self.outcome.code != 0
            or self.empty
            or _FAILED.search(self.output) is not None
        )

    @property
    def code(self) -> int | None:
        """The exit code; None where it was killed as its time was over."""
        return None if self.outcome.timed_out else self.outcome.code or 1

    @property
    def problem(self) -> str:
        """What a program that failed printed."""
        if self.empty and not self.output.strip():
            return "it ended without a value: it panicked, or reports none"
        return self.output.strip() or f"exit status {self.outcome.code}"


@dataclass(frozen=True)
class TestBinary:
    """A package's test binary.

    Attributes:
        path: the executable.
        cwd: the package's directory, in which Go runs tests.
        env: the environment variables.
        flags: flags of every run.
        arguments: arguments of every run, after the flags.
        prefix: a command that runs the binary, such as a debugger's.
    """

    path: Path
    cwd: Path
    env: Mapping[str, str]
    flags: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()

    def functions(self, pattern: str, timeout: float | None) -> list[str]:
        """Return the benchmark functions that match, without ``Benchmark``.

        Raises ValueError with what the program printed if it fails, or takes
        longer than *timeout*, in seconds.
        """
        names: dict[str, None] = {}
        output = processes.Excerpt()

        def take(line: str) -> None:
            output.add(line)
            if re.match(r"Benchmark\S*$", line):
                names[line.removeprefix("Benchmark")] = None

        # Without -v, which in some versions adds to every name.
        outcome = processes.run(
            [self.path, "-test.paniconexit0", f"-test.list={pattern}", *self.arguments],
            take,
            cwd=self.cwd,
            env=self.env,
            timeout=timeout,
        )
        if outcome.code:
            late = f"it was not done after {timeout:g} s" if outcome.timed_out else ""
            raise ValueError("\n".join(filter(None, [late, str(output), outcome.stderr])).strip())
        return list(names)

    def command(self, pattern: str, *flags: str) -> list[str | Path]:
        """Return the command that runs the benchmarks that match *pattern*."""
        # As go test does it: a benchmark that exits has failed.
        own: list[str | Path] = [
            self.path,
            "-test.paniconexit0",
            "-test.run=^$",
            f"-test.bench={pattern}",
        ]
        return [*self.prefix, *own, *self.flags, *flags, *self.arguments]

    def run(
        self,
        pattern: str,
        *flags: str,
        timeout: float | None,
        cpus: Iterable[int] | None = None,
        enough: Callable[[BenchmarkLine], bool] = lambda _: False,
    ) -> Run:
        """Run the benchmarks that match *pattern*, until *enough* returns True for a line.

        For *timeout* seconds the program may begin and end no benchmark.
        """
        run = Run()
        parser = _OutputParser(run)

        def take(text: str) -> processes.Sign:
            started = len(run.names)
            line = parser.take(text)
            if len(run.names) > MAX_NAMES or (line is not None and enough(line)):
                return processes.Sign.ENOUGH
            is_life = line is not None or len(run.names) > started
            return processes.Sign.LIFE if is_life else processes.Sign.NONE

        run.outcome = processes.run(
            self.command(pattern, "-test.v=true", *flags),
            take,
            cwd=self.cwd,
            env=self.env,
            timeout=timeout,
            cpus=cpus,
        )
        run.output = "\n".join(filter(None, [str(parser.output), run.outcome.stderr.rstrip("\n")]))
        return run


class _OutputParser:
    """Parses the output line by line, as it comes.

    With ``-v`` a benchmark's name is printed alone on a line before it runs.
    So what it prints cannot run into its results, and its name is known
    without GOMAXPROCS.
    """

    def __init__(self, run: Run) -> None:
        self.output = processes.Excerpt()
        self._run = run
        self._current = ""
        self._last = time.monotonic()

    def take(self, line: str) -> BenchmarkLine | None:
        if self._current and f"Benchmark{self._current}" in line:
            start = line.rindex(f"Benchmark{self._current}")
            if start and len(line[start:].split()) > 1:
                # What the benchmark printed last did not end its line.
                self.output.add(line[:start])
                line = line[start:]
        self._run.finished = line == "FAIL"
        for record in reader.read([line.encode() + b"\n"], ""):
            if isinstance(record, records.BareName):
                self._current = line.split()[0].removeprefix("Benchmark")
                self._run.names.setdefault(self._current)
                self._last = time.monotonic()
                return None
            if isinstance(record, records.Result):
                return self._benchmark_line(record)
            if isinstance(record, records.UnitMetadata) and record.key == "better":
                self._run.better[record.unit] = record.value
                return None
        if _NO_VALUES.match(line):
            self._run.empty = True
        elif line and not _FRAMEWORK.match(line):
            self.output.add(line)
        return None

    def _benchmark_line(self, result: records.Result) -> BenchmarkLine | None:
        ((_, gomaxprocs),) = split_gomaxprocs([result.name]).values()
        for name in chain((self._current,), self._run.names):
            if result.name in (name, f"{name}-{gomaxprocs}"):
                now = time.monotonic()
                line = BenchmarkLine(
                    result, gomaxprocs if result.name != name else 1, now - self._last
                )
                self._last = now
                self._run.lines[name].append(line)
                return line
        return None


def exact_pattern(name: str) -> str:
    """Return the pattern that selects one benchmark by its full name, and its sub-benchmarks."""
    return "/".join(f"^{re.escape(part)}$" for part in f"Benchmark{name}".split("/"))


def skip_below(name: str) -> str:
    """Return the flag that leaves out the sub-benchmarks of a benchmark."""
    return f"-test.skip={exact_pattern(name)}/."
