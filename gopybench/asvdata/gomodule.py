"""The Go module that the configuration names: its directories and its path."""

from __future__ import annotations

import contextlib
import re
import subprocess
from pathlib import Path
from typing import Any

from gopybench.asvdata.gosettings import Settings


def locate(conf: Any, settings: Settings) -> tuple[str, Path | None]:
    """Return the module's directory in the measured repository, and in the working tree.

    The first is relative to the repository's root. The second is None where the
    measured repository is not the one around the configuration.
    """
    local = Path(conf.repo)
    module = Path(settings.dir).resolve()
    if local.is_dir():
        top = subprocess.run(
            ["git", "-C", str(local), "rev-parse", "--show-toplevel"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        with contextlib.suppress(ValueError):
            inside = module.relative_to(Path(top or local).resolve())
            return str(inside), module if module.is_dir() else None
    return settings.dir, None


def module_path(directory: str | Path) -> str | None:
    """Return the path of the Go module in *directory*; None where there is none."""
    with contextlib.suppress(OSError):
        for line in Path(directory, "go.mod").read_text(encoding="utf-8").splitlines():
            if line.startswith("module"):
                return line.removeprefix("module").split("//")[0].strip().strip('"`')
    return None


def go_mod_before_modules(directory: str | Path) -> str | None:
    """Return a ``go.mod`` for commits of a module from before it had one; None without any.

    It is the one in *directory*. The import paths of that time had no major version.
    """
    with contextlib.suppress(OSError):
        text = Path(directory, "go.mod").read_text(encoding="utf-8")
        path = module_path(directory)
        if path:
            without = re.sub(r"/v[0-9]+$", "", path)
            line = re.compile(rf"^(module\s+[\"`]?){re.escape(path)}", re.MULTILINE)
            return line.sub(rf"\g<1>{without}", text, count=1)
    return None
