"""The runtimes that the configuration names: where each is on this machine, or how to get it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asv.util import UserError
from tabulate import tabulate

from gopybench.asvdata.versions import order
from gopybench.machine import interpreters, toolchains


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
    """Look for every runtime of the configuration, in its order."""
    runtimes = []
    for spec in conf.pythons:
        if toolchains.is_spec(spec):
            runtimes.append(_find_go(spec))
            continue
        try:
            python = interpreters.find(spec)
        except interpreters.InterpreterNotFound as lack:
            runtimes.append(Runtime(spec, None, str(lack)))
        else:
            runtimes.append(Runtime(spec, f"{python.description}, {python.executable}"))
    return runtimes


def _find_go(spec: str) -> Runtime:
    try:
        runtime = toolchains.runtime(spec)
        go = toolchains.find(runtime)
    except toolchains.ToolchainNotFound as lack:
        return Runtime(spec, None, str(lack))
    return Runtime(
        runtime,
        f"{go.version}, {go.executable}" if go else f"{toolchains.requirement(runtime)}, from PyPI",
    )


def render(runtimes: list[Runtime]) -> str:
    """Return a table for people."""
    rows = [(r.name, r.found or f"not here: {r.lack}") for r in runtimes]
    return str(tabulate(rows, headers=("runtime", "on this machine"), disable_numparse=True))


def asv_options(runtimes: list[Runtime], *, everything: bool) -> list[str]:
    """Return the options by which ``asv run`` measures the runtimes that are here.

    That is the newest CPython with its default build, PyPy and Go, or
    everything. Raises asv's UserError when there is none.
    """
    here = [r.name for r in runtimes if r.found is not None]
    if not everything:
        versions = [n for n in here if n[:1].isdigit() and not n.endswith("t")]
        newest = max(versions, key=order, default=None)
        here = [n for n in here if n == newest or not n[:1].isdigit()]
    if not here:
        raise UserError(f"nothing can be measured\n{render(runtimes)}")
    return [
        option
        for name in here
        for option in ("-E", f"go:{name[2:]}" if toolchains.is_spec(name) else f"virtualenv:{name}")
    ]
