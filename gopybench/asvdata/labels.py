"""What people call runtimes and machines: ``go1.27`` is Go 1.27."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping

_PYTHON = re.compile(r"[0-9]+\.[0-9.]+t?")


def family(environment: Mapping[str, str]) -> str:
    """Return what kind of runtime an environment is, given by its parameters as asv has them."""
    return "Cython" if environment.get("cython") else _kind(environment.get("python", ""))


def runtimes(environments: Iterable[Mapping[str, str]]) -> list[str]:
    """Return a label for each environment, given by its parameters as asv has them.

    What is the same for all is left out; a version is told where there are
    several. No two environments that differ have the same label.
    """
    environments = list(environments)
    keys = list(dict.fromkeys(key for e in environments for key in e if key != "python"))
    labels = []
    for environment in environments:
        label = _name(environment.get("python", ""))
        for key in keys:
            values = {e.get(key, "") for e in environments}
            value = environment.get(key, "")
            if len(values) == 1 or not value:
                continue
            if key.startswith("env-"):
                label += f", {key[4:]}={value}"
            else:
                label += f" + {key}" + (f" {value}" if len(values - {""}) > 1 else "")
        labels.append(next(name for name in _numbered(label) if name not in labels))
    return labels


def _numbered(label: str) -> Iterator[str]:
    yield label
    for i in itertools.count(2):
        yield f"{label} ({i})"


def machine(params: Mapping[str, str]) -> str:
    """Return what asv knows of a machine, for people; any of it may be missing."""
    ram = params.get("ram", "")
    if ram.isdigit():  # bytes, asv's own default
        ram = f"{int(ram) / 2**30:.0f} GiB"
    cores = params.get("num_cpu", "")
    parts = (
        params.get("cpu", ""),
        f"{cores} cores" if cores else "",
        f"{ram} of memory" if ram else "",
        params.get("os", ""),
    )
    return ", ".join(part for part in parts if part)


def _kind(python: str) -> str:
    if re.match(r"go[0-9]", python):
        return "Go"
    if python.startswith("pypy"):
        return "PyPy"
    return "CPython" if _PYTHON.fullmatch(python) else python


def _name(python: str) -> str:
    kind = _kind(python)
    version = re.sub(r"^(go|pypy)", "", python) if kind != python else ""
    return f"{kind} {version}".strip() or "?"
