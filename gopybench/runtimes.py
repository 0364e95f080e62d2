"""The runtimes that the configuration names: where each is on this machine, or how to get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asv.util import UserError
from tabulate import tabulate

from gopybench.bridge import interpreters, naming, toolchain


@dataclass(frozen=True)
class Runtime:
    """A configured runtime.

    Attributes:
        name: as results call it: ``3.13``, ``pypy3``, ``go1.27``.
        found: what and where it is; None where it is not.
        lack: why it is not there and how to get it.
    """

    name: str
    found: str | None
    lack: str = ""


def find_all(conf: Any) -> list[Runtime]:
    """Look for every runtime of the configuration, Python's in its order and then Go."""
    runtimes = []
    for spec in conf.pythons:
        try:
            python = interpreters.find(spec)
        except interpreters.InterpreterNotFound as lack:
            runtimes.append(Runtime(spec, None, str(lack)))
        else:
            runtimes.append(Runtime(spec, f"{python.description}, {python.executable}"))
    try:
        version = toolchain.version_on_path()
    except toolchain.ToolchainNotFound as lack:
        runtimes.append(Runtime("go", None, str(lack)))
    else:
        runtimes.append(Runtime(naming.runtime(version), f"{version}, on PATH"))
    return runtimes


def render(runtimes: list[Runtime]) -> str:
    """Return a table for people."""
    rows = [(r.name, r.found or f"not here: {r.lack}") for r in runtimes]
    return str(tabulate(rows, headers=("runtime", "on this machine"), disable_numparse=True))


def asv_options(runtimes: list[Runtime], *, everything: bool) -> list[str]:
    """Return the options by which ``asv run`` measures the Python runtimes that are here.

    That is the newest CPython with its default build and PyPy, or everything.
    Raises asv's UserError when there is none.
    """
    here = [r.name for r in runtimes if r.found is not None and not r.name.startswith("go")]
    if not everything:
        versions = [n for n in here if not n.startswith("pypy") and not n.endswith("t")]
        newest = max(versions, key=lambda n: [int(part) for part in n.split(".")], default=None)
        here = [n for n in here if n == newest or n.startswith("pypy")]
    if not here:
        raise UserError(f"no Python can be measured\n{render(runtimes)}")
    return [option for name in here for option in ("-E", f"virtualenv:{name}")]
