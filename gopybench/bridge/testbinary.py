"""A Go test binary and its flags -> the benchmark lines that it prints, by benchmark."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gopybench.benchfmt import reader
from gopybench.benchfmt.names import split_gomaxprocs
from gopybench.bridge import processes

# What a test binary says of itself, not of a benchmark.
_FRAMEWORK = re.compile(r"(goos|goarch|pkg|cpu): |PASS$|FAIL$|testing: warning: no tests to run")

# A panic's benchmark may get a line, and the program the exit code 0: what waits
# for the benchmark goes on while the panic is on its way.
_NOTHING = re.compile(r"Benchmark\S+\s+[0-9]+\s*$")

_FAILED = re.compile(r"^\s*--- FAIL: Benchmark", re.MULTILINE)


@dataclass(frozen=True)
class Measured:
    """One benchmark line, and how much wall time it took, in seconds."""

    result: reader.Result
    gomaxprocs: int
    seconds: float


@dataclass
class Run:
    """What a run of a test binary gave.

    Attributes:
        names: the benchmarks that began, in their order: full names without
            ``Benchmark``, those that only hold sub-benchmarks among them.
        lines: the benchmark lines by name, in their order.
        better: by unit, which direction is said to be better.
        empty: whether a benchmark's line has no value at all.
        words: all else that the program said.
        outcome: how it ended.
    """

    names: dict[str, None] = field(default_factory=dict)
    lines: dict[str, list[Measured]] = field(default_factory=lambda: defaultdict(list))
    better: dict[str, str] = field(default_factory=dict)
    empty: bool = False
    words: str = ""
    outcome: processes.Outcome = field(default_factory=lambda: processes.Outcome(0, [], ""))

    @property
    def failed(self) -> bool:
        """Whether the program failed; one that was stopped did not."""
        if self.outcome.stopped:
            return False
        # A TestMain may forget the exit code.
        return (
            self.outcome.timed_out
            or self.outcome.code != 0
            or self.empty
            or _FAILED.search(self.words) is not None
        )

    @property
    def code(self) -> int | None:
        """The exit code; None where it was killed since it said nothing for too long."""
        return None if self.outcome.timed_out else self.outcome.code or 1

    @property
    def problem(self) -> str:
        """The words of a program that failed."""
        if self.empty and not self.words.strip():
            return "it ended without a value: it panicked, or reports none"
        return self.words.strip() or f"exit status {self.outcome.code}"


@dataclass(frozen=True)
class TestBinary:
    """A package's test binary.

    Attributes:
        path: the executable.
        cwd: the package's directory, where Go's tests run.
        env: the environment variables.
        flags: flags of every run.
        arguments: arguments of every run, behind the flags.
        prefix: the command, such as a debugger's, that a run is started by.
    """

    path: Path
    cwd: Path
    env: Mapping[str, str]
    flags: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()

    def functions(self, pattern: str, timeout: float | None) -> list[str]:
        """Return the benchmark functions that match, without ``Benchmark``.

        Raises ValueError with the program's words when it does not say.
        """
        # No -v here: in some versions it adds to every name.
        outcome = processes.run(
            [self.path, "-test.paniconexit0", f"-test.list={pattern}", *self.arguments],
            cwd=self.cwd,
            env=self.env,
            timeout=timeout,
        )
        if outcome.code:
            raise ValueError("\n".join([*outcome.stdout, outcome.stderr]).strip())
        prefix = "Benchmark"
        return [n.removeprefix(prefix) for n in outcome.stdout if re.match(rf"{prefix}\S*$", n)]

    def run(
        self,
        pattern: str,
        *flags: str,
        timeout: float | None,
        cpus: Iterable[int] | None = None,
        enough: Callable[[Measured], bool] = lambda _: False,
    ) -> Run:
        """Run the benchmarks that match *pattern*, until *enough* returns True for a line."""
        run = Run()
        reader = _Reader(run)

        def heard(line: str) -> bool:
            measured = reader.take(line)
            return measured is not None and enough(measured)

        run.outcome = processes.run(
            [
                # As go test calls it: a benchmark that exits has failed.
                *self.prefix,
                *(self.path, "-test.paniconexit0"),
                *("-test.run=^$", "-test.v=true", f"-test.bench={pattern}"),
                *self.flags,
                *flags,
                *self.arguments,
            ],
            cwd=self.cwd,
            env=self.env,
            timeout=timeout,
            cpus=cpus,
            enough=heard,
        )
        reader.words.append(run.outcome.stderr.rstrip("\n"))
        run.words = "\n".join(text for text in reader.words if text)
        return run


class _Reader:
    """Reads the output line by line, as it comes.

    With ``-v`` a benchmark's name stands alone on a line before it runs, so
    that what it prints cannot run into its results, and the name is known
    without GOMAXPROCS.
    """

    def __init__(self, run: Run) -> None:
        self.words: list[str] = []
        self._run = run
        self._current = ""
        self._last = time.monotonic()

    def take(self, line: str) -> Measured | None:
        if self._current and f"Benchmark{self._current}" in line:
            start = line.rindex(f"Benchmark{self._current}")
            if start and len(line[start:].split()) > 1:
                # What a benchmark printed last had no end of line.
                self.words.append(line[:start])
                line = line[start:]
        for record in reader.read([line.encode() + b"\n"], ""):
            if isinstance(record, reader.BareName):
                self._current = line.split()[0].removeprefix("Benchmark")
                self._run.names.setdefault(self._current)
                self._last = time.monotonic()
                return None
            if isinstance(record, reader.Result):
                return self._measured(record)
            if isinstance(record, reader.UnitMetadata) and record.key == "better":
                self._run.better[record.unit] = record.value
                return None
        if _NOTHING.match(line):
            self._run.empty = True
        elif not _FRAMEWORK.match(line):
            self.words.append(line)
        return None

    def _measured(self, result: reader.Result) -> Measured | None:
        ((_, gomaxprocs),) = split_gomaxprocs([result.name]).values()
        for name in (self._current, *self._run.names):
            if result.name in (name, f"{name}-{gomaxprocs}"):
                now = time.monotonic()
                measured = Measured(
                    result, gomaxprocs if result.name != name else 1, now - self._last
                )
                self._last = now
                self._run.lines[name].append(measured)
                return measured
        return None


def exactly(name: str) -> str:
    """Return the pattern that selects one benchmark by its full name, and its sub-benchmarks."""
    return "/".join(f"^{re.escape(part)}$" for part in f"Benchmark{name}".split("/"))
