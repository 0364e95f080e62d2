"""Run a module of the subject in a fresh process that does nothing else."""

from __future__ import annotations

import sys


def output_of(module: str, *arguments: str) -> str:
    """Run a module in a fresh process and return what it prints.

    Raises RuntimeError when the process fails.
    """
    import subprocess  # not needed, and not counted, in the fresh process

    command = [sys.executable, "-m", module, *arguments]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{run.stderr}")
    return run.stdout
