"""Real programs are run: what they print, how they end, and that nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gopybench.bridge import processes
from gopybench.bridge.processes import Sign

from ..go_module import wait_until_gone


@dataclass(frozen=True)
class Ran(processes.Outcome):
    """How a program ended, and the lines that it printed."""

    stdout: list[str] = field(default_factory=list)


def run(
    script: str, cwd: Path, sign: Callable[[str], Sign] = lambda _: Sign.NONE, **options: Any
) -> Ran:
    lines: list[str] = []

    def take(line: str) -> Sign:
        lines.append(line)
        return sign(line)

    settings = {"cwd": cwd, "env": os.environ, "timeout": 30.0, **options}
    outcome = processes.run([sys.executable, "-c", script], take, **settings)
    return Ran(**vars(outcome), stdout=lines)


def test_its_output_and_exit_code(tmp_path: Path) -> None:
    script = "import sys; print('a\\r'); print('b', end=''); print('e', file=sys.stderr); exit(3)"
    assert run(script, tmp_path) == Ran(3, "e", stdout=["a", "b"])


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    outcome = run("import os; os.write(1, b'\\xff\\n'); os.write(2, b'\\xfe')", tmp_path)
    assert (outcome.stdout, outcome.stderr) == (["�"], "�")


def test_a_lot_on_both_streams(tmp_path: Path) -> None:
    outcome = run(
        "import sys\nfor i in range(20000): print('x' * 50); print('y' * 50, file=sys.stderr)",
        tmp_path,
    )
    assert (len(outcome.stdout), len(outcome.stderr)) == (20000, 20000 * 51 - 1)


def test_standard_input_is_empty(tmp_path: Path) -> None:
    assert run("print(repr(input()))", tmp_path).code == 1


def test_the_middle_of_too_much_is_left_out(tmp_path: Path) -> None:
    """A program that logs in a loop does not fill the memory."""
    script = "import sys\nfor i in range(20000): sys.stderr.write(f'line {i} {i:200}\\n')"
    outcome = run(script, tmp_path)
    assert len(outcome.stderr) < 2_000_000
    lines = [" ".join(line.split()[:2]) for line in outcome.stderr.splitlines()]
    assert (lines[0], lines[-1]) == ("line 0", "line 19999")
    (gap,) = (i for i, line in enumerate(lines) if not line.startswith("line "))
    left_out = int(lines[gap].split()[1])
    assert lines[gap + 1] == f"line {gap + left_out}"
    assert len(lines) - 1 + left_out == 20000


def test_a_line_without_an_end_is_cut(tmp_path: Path) -> None:
    outcome = run("print('x' * 5_000_000, end='')", tmp_path)
    assert "".join(outcome.stdout) == "x" * 5_000_000
    assert max(map(len, outcome.stdout)) < 2_000_000


def test_a_silent_program_gets_sigquit_and_is_killed(tmp_path: Path) -> None:
    script = (
        "import signal, time\n"
        "signal.signal(signal.SIGQUIT, lambda *_: print('I was asleep', flush=True))\n"
        "print('begin', flush=True)\n"
        "while True: time.sleep(60)"
    )
    outcome = run(script, tmp_path, timeout=0.7)
    assert outcome.timed_out
    assert outcome.stdout == ["begin", "I was asleep"]
    assert outcome.code == -signal.SIGKILL


def test_a_program_that_shows_signs_of_life_does_not_time_out(tmp_path: Path) -> None:
    script = "import time\nfor i in range(8): print(i, flush=True); time.sleep(0.25)"
    outcome = run(script, tmp_path, sign=lambda _: Sign.LIFE, timeout=1.2)
    assert (outcome.timed_out, len(outcome.stdout)) == (False, 8)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_words_alone_are_no_sign_of_life(tmp_path: Path, stream: str) -> None:
    script = (
        "import sys, time\n"
        f"while True: print('trying again', file=sys.{stream}, flush=True); time.sleep(0.05)"
    )
    outcome = run(script, tmp_path, timeout=0.7)
    assert outcome.timed_out
    assert "trying again" in (outcome.stdout or outcome.stderr.splitlines())


CLOSED = "import os, sys, time\nprint(os.getpid(), flush=True)\nos.close(1); os.close(2)\n"


def test_a_program_that_closes_its_output_and_sleeps_times_out(tmp_path: Path) -> None:
    outcome = run(CLOSED + "time.sleep(60)", tmp_path, timeout=0.5)
    assert outcome.timed_out
    wait_until_gone(int(outcome.stdout[0]))


def test_a_program_that_closes_its_output_may_end_by_itself(tmp_path: Path) -> None:
    outcome = run(CLOSED + "time.sleep(0.7); os._exit(7)", tmp_path)
    assert (outcome.code, outcome.timed_out) == (7, False)


@pytest.mark.parametrize("group", ["", ", start_new_session=True"])
def test_a_child_that_goes_on_printing_keeps_nobody(tmp_path: Path, group: str) -> None:
    """Whether the child is in the program's process group or has left it."""
    child = "import time\nwhile True: print(1, flush=True); time.sleep(0.01)"
    script = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}]{group})\n"
        "print(child.pid, flush=True)\nexit(4)"
    )
    started = time.monotonic()
    outcome = run(script, tmp_path)
    assert time.monotonic() - started < 20
    assert (outcome.code, outcome.timed_out) == (4, False)
    pid = int(next(line for line in outcome.stdout if line != "1"))
    if group:
        os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)


def test_a_program_is_interrupted_when_its_output_is_enough(tmp_path: Path) -> None:
    script = (
        "import time\n"
        "try:\n    for i in range(100): print(i, flush=True); time.sleep(0.05)\n"
        "except KeyboardInterrupt: print('tidied up', flush=True)"
    )
    outcome = run(script, tmp_path, sign=lambda line: Sign.ENOUGH if line == "3" else Sign.NONE)
    assert outcome.stopped
    assert outcome.stdout[:4] == ["0", "1", "2", "3"]
    assert outcome.stdout[-1] == "tidied up"


@pytest.mark.parametrize("end", ["", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
def test_its_children_are_killed(tmp_path: Path, end: str) -> None:
    # The child has the pipes, and would keep a reader waiting for their end.
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"print(child.pid, flush=True)\n{end}"
    )
    outcome = run(script, tmp_path)
    wait_until_gone(int(outcome.stdout[0]))
    assert not outcome.timed_out
    assert outcome.code == (-signal.SIGKILL if end else 0)


def test_a_program_is_interrupted_where_interrupts_are_ignored(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        test_a_program_is_interrupted_when_its_output_is_enough(tmp_path)
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_ends_it_at_once(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom gopybench.bridge import processes\n"
        "inner = 'import os, time; print(os.getpid(), flush=True); time.sleep(60)'\n"
        "processes.run([sys.executable, '-c', inner], lambda line: print(line, flush=True),\n"
        "            cwd=Path('.'), env=os.environ, timeout=None)"
    )
    outer = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert outer.stdout is not None
    inner = int(outer.stdout.readline())
    outer.send_signal(signal.SIGINT)
    _, errors = outer.communicate(timeout=10)
    assert "KeyboardInterrupt" in errors
    wait_until_gone(inner)


def test_the_cpus_it_may_use(tmp_path: Path) -> None:
    cpu = min(os.sched_getaffinity(0))
    script = "import os; print(sorted(os.sched_getaffinity(0)))"
    assert run(script, tmp_path, cpus=[cpu]).stdout == [f"[{cpu}]"]


def test_a_program_that_cannot_start(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no-such-program"):
        processes.run(["/no-such-program"], print, cwd=tmp_path, env={}, timeout=1)
