"""Real programs are run: what they print, how they end, and that nothing is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gopybench.bridge import processes


def run(script: str, cwd: Path, **options: object) -> processes.Outcome:
    settings = {"cwd": cwd, "env": os.environ, "timeout": 30.0, **options}
    return processes.run([sys.executable, "-c", script], **settings)  # type: ignore[arg-type]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < deadline, f"process {pid} is left running"
        time.sleep(0.01)


def test_its_output_and_exit_code(tmp_path: Path) -> None:
    script = "import sys; print('a\\r'); print('b', end=''); print('e', file=sys.stderr); exit(3)"
    outcome = run(script, tmp_path)
    assert outcome == processes.Outcome(3, ["a", "b"], "e\n")


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    outcome = run("import os; os.write(1, b'\\xff\\n'); os.write(2, b'\\xfe')", tmp_path)
    assert (outcome.stdout, outcome.stderr) == (["�"], "�")


def test_a_lot_on_both_streams(tmp_path: Path) -> None:
    outcome = run(
        "import sys\nfor i in range(20000): print('x' * 50); print('y' * 50, file=sys.stderr)",
        tmp_path,
    )
    assert (len(outcome.stdout), len(outcome.stderr)) == (20000, 20000 * 51)


def test_standard_input_is_empty(tmp_path: Path) -> None:
    assert run("print(repr(input()))", tmp_path).code == 1


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


def test_a_program_that_keeps_printing_does_not_time_out(tmp_path: Path) -> None:
    script = "import time\nfor i in range(8): print(i, flush=True); time.sleep(0.25)"
    outcome = run(script, tmp_path, timeout=1.2)
    assert (outcome.timed_out, len(outcome.stdout)) == (False, 8)


def test_a_program_is_interrupted_when_its_output_is_enough(tmp_path: Path) -> None:
    script = (
        "import time\n"
        "try:\n    for i in range(100): print(i, flush=True); time.sleep(0.05)\n"
        "except KeyboardInterrupt: print('tidied up', flush=True)"
    )
    outcome = run(script, tmp_path, enough=lambda line: line == "3")
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
        "processes.run([sys.executable, '-c', inner], cwd=Path('.'), env=os.environ,\n"
        "            timeout=None,\n"
        "            enough=lambda line: bool(print(line, flush=True)))"
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
        processes.run(["/no-such-program"], cwd=tmp_path, env={}, timeout=1)
