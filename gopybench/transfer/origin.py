"""Where results come from: the configuration lines of benchmark text that say so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from asv import util

from gopybench.asvdata.noted import without_notes
from gopybench.machine import toolchains

SYSTEM = ("goos", "goarch", "cpu")


class Origin(NamedTuple):
    """What configuration lines say of a result; None where they do not.

    Attributes:
        commit: the revision.
        go_version: the version of Go.
        machine: asv's name of the machine.
        environment: asv's name of the environment.
        python: asv's name of the runtime.
        requirements: asv's requirements of the environment, as JSON.
        env_vars: the environment's variables, as JSON.
        benchmark: asv's name of the benchmark, where Python defines it.
        system: what Go says of the machine, in the order of :data:`SYSTEM`.
    """

    commit: str | None = None
    go_version: str | None = None
    machine: str | None = None
    environment: str | None = None
    python: str | None = None
    requirements: str | None = None
    env_vars: str | None = None
    benchmark: str | None = None
    system: tuple[str, ...] = ()


def of(config: Mapping[str, str]) -> Origin:
    """Return what configuration lines say."""
    return Origin(
        config.get("commit"),
        config.get("go-version") or config.get("toolchain"),
        config.get("machine"),
        config.get("environment"),
        config.get("python"),
        config.get("requirements"),
        config.get("env-vars"),
        config.get("benchmark"),
        tuple(config.get(key, "") for key in SYSTEM),
    )


def lines(results: Any) -> Iterable[str]:
    """Yield the configuration lines of one of asv's ``Results``."""
    python = results.params.get("python", "")
    yield f"commit: {results.commit_hash}"
    yield f"machine: {results.params['machine']}"
    yield f"environment: {results.env_name}"
    yield f"python: {python}"
    yield f"go-version: {python if toolchains.is_spec(python) else ''}"
    for key, value in (
        ("requirements", without_notes(results._requirements)),
        ("env-vars", results.env_vars),
    ):
        # A line without a value deletes that of the results before.
        yield f"{key}: {json.dumps(value, sort_keys=True) if value else ''}"


# The longest name of a machine, an environment or a requirement: asv makes names of files of
# several of them.
MAX_LENGTH = 100

_MARKUP = re.compile(r"[<>&\"'`\\]")


def has_markup(text: str) -> bool:
    """Return whether asv's page might take a text for something else than text."""
    return bool(_MARKUP.search(text))


def plain(text: str) -> str:
    """Return a description without what is no part of one, and not too long."""
    return _MARKUP.sub("", text)[:MAX_LENGTH]


def check(what: str, text: str, *, is_file: bool = False) -> None:
    """Raise ValueError for a text that can be no part of a file's name or of asv's page.

    *is_file* is for what asv makes a file or a directory of.
    """
    if len(text.encode(errors="replace")) > MAX_LENGTH:
        raise ValueError(f"{what} is longer than {MAX_LENGTH} bytes: {text[:40]}…")
    if has_markup(text) or not text.isprintable():
        raise ValueError(f"not {what}: {text!r} has characters that could be markup or are no text")
    if is_file and (
        not text
        or text.startswith(".")
        or text.endswith((".json", ".tmp"))
        or util.sanitize_filename(text) != text
    ):
        raise ValueError(f"not {what}: {text!r} cannot be a file's name")


def strings(text: str | None) -> dict[str, str]:
    """Return an object of strings written as JSON, empty for None; raise ValueError."""
    try:
        value = json.loads(text) if text else {}
    except RecursionError:
        raise ValueError(f"not an object of strings: {str(text)[:40]}…") from None
    if not isinstance(value, dict) or not all(
        isinstance(v, (str, type(None))) for v in value.values()
    ):
        raise ValueError(f"not an object of strings: {text}")
    for key in value:
        check("a requirement or a variable", key)
        check(f"a value of {key}", value[key] or "")
    return value
