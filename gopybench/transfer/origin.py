"""Where results come from, as configuration lines of benchmark text say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from gopybench.asvdata.noted import without_notes
from gopybench.machine import toolchains

SYSTEM = ("goos", "goarch", "cpu")

# What an export writes of every result, whatever it is of.
_OF_AN_EXPORT = {"commit", "environment", "python"}


class Origin(NamedTuple):
    """What configuration lines say of a result; None where they do not.

    Attributes:
        commit: the revision.
        go_version: the version of Go.
        toolchain: the name of the Go that was used, or its version.
        machine: asv's name of the machine.
        environment: asv's name of the environment.
        python: asv's name of the runtime.
        requirements: asv's requirements of the environment, as JSON.
        env_vars: the environment's variables, as JSON.
        benchmark: asv's name of the benchmark, where Python defines it.
        gomaxprocs: the number that the names end in, as an export says, 1 where
            they end in none.
        system: what Go says of the machine, in the order of :data:`SYSTEM`.
    """

    commit: str | None = None
    go_version: str | None = None
    toolchain: str | None = None
    machine: str | None = None
    environment: str | None = None
    python: str | None = None
    requirements: str | None = None
    env_vars: str | None = None
    benchmark: str | None = None
    gomaxprocs: str | None = None
    system: tuple[str, ...] = ()


def read_origin(config: Mapping[str, str]) -> Origin:
    """Return what configuration lines say of the results below them.

    What an export writes of an environment stands together. One of its lines
    alone, as ``environment: test`` or ``machine: starting``, is what a program printed.
    """
    exported = config if config.keys() >= _OF_AN_EXPORT else {}
    return Origin(
        config.get("commit"),
        config.get("go-version"),
        config.get("toolchain"),
        exported.get("machine"),
        exported.get("environment"),
        exported.get("python"),
        exported.get("requirements"),
        exported.get("env-vars"),
        exported.get("benchmark"),
        exported.get("gomaxprocs"),
        tuple(config.get(key, "") for key in SYSTEM),
    )


def config_lines(head: Mapping[str, Any]) -> Iterable[str]:
    """Yield the configuration lines of a results file; *head* is what it says of all results."""
    python = head["params"].get("python", "")
    yield f"commit: {head['commit_hash']}"
    yield f"machine: {head['params']['machine']}"
    yield f"environment: {head['env_name']}"
    yield f"python: {python}"
    yield f"go-version: {python if toolchains.is_spec(python) else ''}"
    for key, value in (
        ("requirements", without_notes(head["requirements"])),
        ("env-vars", head["env_vars"]),
    ):
        # A line without a value deletes that of the results before.
        yield f"{key}: {json.dumps(value, sort_keys=True) if value else ''}"
