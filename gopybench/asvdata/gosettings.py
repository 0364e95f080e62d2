"""What asv.conf.json says about Go: the block "go", or a list of them, checked."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from asv.util import UserError

from gopybench.benchfmt.units import tidy

WORKING_TREE = "working-tree"
COMMIT = "commit"

# Flags of `go test` that the test binary takes when it runs, and whether they have a value.
_RUN_FLAGS = {
    **dict.fromkeys(("benchmem", "short", "failfast", "fullpath"), False),
    **dict.fromkeys(("cpu", "parallel", "shuffle"), True),
}
# Build flags whose value is joined to them: `go list` is to know them by name.
_VALUE_FLAGS = ("tags", "mod", "modfile")
# Flags that cannot be set here, and what to do instead.
_REFUSED_FLAGS = {
    "bench": "say which with --bench, or with the key benchmarks",
    "benchtime": "set asv's attribute number or sample_time instead",
    "count": "set asv's attribute repeat instead",
    "timeout": "set asv's attribute timeout instead",
    **dict.fromkeys(("run", "list", "fuzz"), "only benchmarks are run"),
    "skip": "say which with the key benchmarks",
    "vet": "benchmarks are always built with -vet=off",
    **dict.fromkeys(
        ("cpuprofile", "memprofile", "blockprofile", "mutexprofile", "trace", "coverprofile"),
        "asv run --profile makes a profile, of the CPU",
    ),
    "overlay": "it is needed to lay the benchmarks over each commit",
    "c": "test binaries are always built so",
    "o": "asv's environment decides where to build",
    "json": "asv stores the results",
    "v": "asv run --show-stderr shows what a benchmark prints",
}

# asv's attributes of a timed benchmark, and its defaults.
ATTRIBUTES: Mapping[str, Any] = {
    "rounds": 2,
    "repeat": 0,
    "number": 0,
    "sample_time": 0.01,
    "warmup_time": -1,
    "min_run_count": 2,
    "timeout": None,
}


@dataclass(frozen=True)
class Settings:
    """A block "go" of asv.conf.json.

    Attributes:
        dir: the directory of the Go code, relative to the configuration's.
        packages: the packages with benchmarks, as patterns of ``go list`` that
            begin there.
        build_flags: flags of ``go test`` for building, tags among them.
        run_flags: flags of the test binary.
        cpus: the values of ``-cpu``; empty for the default.
        arguments: arguments for the benchmarks' own flags.
        env: environment variables for building and running.
        benchmarks: which functions are measured, a regular expression.
        build_command: what to run before Go builds, as asv writes it; None where that
            is not said.
        instructions: for which functions instructions are counted as well, a
            regular expression; None for none.
        from_commit: whether a commit's own benchmarks are measured throughout.
        from_tree: whether the working tree's are, also where they do not compile.
        units: which direction is better, ``lower`` or ``higher``, by base unit.
        attributes: asv's benchmark attributes, by regular expressions for asv's names.
    """

    dir: str = "."
    packages: tuple[str, ...] = ("./...",)
    build_flags: tuple[str, ...] = ()
    run_flags: tuple[str, ...] = ()
    cpus: tuple[int, ...] = ()
    arguments: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    benchmarks: str = "."
    build_command: tuple[str, ...] | None = None
    instructions: str | None = None
    from_commit: bool = False
    from_tree: bool = False
    units: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def benchmark_attributes(self, name: str) -> dict[str, Any]:
        """Return the attributes of the asv benchmark *name*: asv's defaults, or as set here."""
        attributes = dict(ATTRIBUTES)
        for pattern, values in self.attributes.items():
            if re.search(pattern, name):
                attributes.update(values)
        return attributes


@dataclass(frozen=True)
class Blocks:
    """What asv.conf.json says about Go: one block, or several for parts of a repository."""

    blocks: tuple[Settings, ...] = (Settings(),)

    @property
    def units(self) -> dict[str, str]:
        """What any block says of units."""
        return {unit: better for block in self.blocks for unit, better in block.units.items()}

    def of(self, directory: str) -> Settings:
        """Return the block that a directory belongs to: that whose own is the nearest above.

        *directory* is relative to what the blocks' own ones are relative to.
        """

        def distance(block: Settings) -> float:
            parts = PurePath(os.path.relpath(directory, block.dir)).parts
            return math.inf if ".." in parts else len(parts)

        return min(self.blocks, key=distance)


def load(conf: Any) -> Blocks:
    """Return the settings; raise asv's UserError, which names the key, if one is wrong."""
    value = getattr(conf, "go", {})
    if not isinstance(value, list) or not value:
        return Blocks((_load(value),))
    blocks: list[Settings] = []
    for number, block in enumerate(value, 1):
        try:
            blocks.append(_load(block))
        except UserError as error:
            raise UserError(f'{error} (block {number} of "go")') from None
        if os.path.normpath(blocks[-1].dir) in [os.path.normpath(b.dir) for b in blocks[:-1]]:
            raise UserError(f'asv.conf.json: two blocks of "go" have the "dir" {blocks[-1].dir!r}')
    return Blocks(tuple(blocks))


def _load(block: Any) -> Settings:
    if not isinstance(block, dict):
        raise _wrong("", block, 'an object such as {"dir": "."}, or a list of such')
    known = {
        *("dir", "packages", "tags", "flags", "env", "benchmarks", "benchmarks_from"),
        *("attributes", "instructions", "build_command", "units"),
    }
    for key in block:
        if key not in known:
            raise UserError(
                f'asv.conf.json: "go" has no key {key!r}; it has {", ".join(sorted(known))}'
            )
    for key in ("dir", "benchmarks", "instructions"):
        if not isinstance(block.get(key, ""), str):
            raise _wrong(key, block[key], "a string")
    for key in ("packages", "tags", "flags", "build_command"):
        values = block.get(key, [])
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise _wrong(key, values, "a list of strings")
    for key in ("benchmarks", "instructions"):
        try:
            re.compile(block.get(key, ""))
        except re.error as error:
            raise _wrong(key, block[key], f"a regular expression ({error})") from None
    env = block.get("env", {})
    if not isinstance(env, dict) or not all(isinstance(value, str) for value in env.values()):
        raise _wrong("env", env, "an object of strings")
    origin = block.get("benchmarks_from")
    if origin not in (None, WORKING_TREE, COMMIT):
        raise _wrong("benchmarks_from", origin, f'"{WORKING_TREE}" or "{COMMIT}"')
    build, run, cpus, arguments = _split_flags(block.get("flags", []))
    if tags := block.get("tags"):
        build.append("-tags=" + ",".join(tags))
    return Settings(
        dir=block.get("dir", "."),
        packages=tuple(block.get("packages") or ["./..."]),
        build_flags=tuple(build),
        run_flags=tuple(run),
        cpus=cpus,
        arguments=arguments,
        env=env,
        benchmarks=block.get("benchmarks", "."),
        build_command=tuple(block["build_command"]) if "build_command" in block else None,
        instructions=block.get("instructions"),
        from_commit=origin == COMMIT,
        from_tree=origin == WORKING_TREE,
        units=_units(block.get("units", {})),
        attributes=_attributes(block.get("attributes", {})),
    )


def _units(value: Any) -> dict[str, str]:
    directions = ("lower", "higher")
    if not isinstance(value, dict) or not all(d in directions for d in value.values()):
        raise _wrong("units", value, 'an object such as {"qps": "higher", "retries": "lower"}')
    return {tidy(unit)[0]: direction for unit, direction in value.items()}


def _wrong(key: str, value: object, want: str) -> UserError:
    where = f'"{key}" of "go"' if key else '"go"'
    return UserError(f"asv.conf.json: {where} is {value!r}, but should be {want}")


def _split_flags(
    flags: list[str],
) -> tuple[list[str], list[str], tuple[int, ...], tuple[str, ...]]:
    """Split flags as ``go test`` does: to build, to run, values of ``-cpu``, arguments."""
    build: list[str] = []
    run: list[str] = []
    cpus: tuple[int, ...] = ()
    rest = list(flags)
    while rest:
        flag = rest.pop(0)
        if flag in ("-args", "--args"):
            return build, run, cpus, tuple(rest)
        name, equals, value = flag.lstrip("-").removeprefix("test.").partition("=")
        if flag.startswith("-") and name in _REFUSED_FLAGS:
            why = _REFUSED_FLAGS[name]
            raise UserError(f'asv.conf.json: "flags" of "go" has {flag!r}: {why}')
        if flag.startswith("-") and name in _VALUE_FLAGS and not equals and rest:
            flag += f"={rest.pop(0)}"
        if not flag.startswith("-") or name not in _RUN_FLAGS:
            build.append(flag)
            continue
        if _RUN_FLAGS[name] and not equals:
            value = rest.pop(0) if rest else ""
        if name == "cpu":
            if not re.fullmatch(r"[1-9][0-9]*(,[1-9][0-9]*)*", value):
                raise UserError(
                    f'asv.conf.json: "flags" of "go" has -cpu {value!r}; write it as -cpu=1,2'
                )
            cpus = tuple(int(part) for part in value.split(","))
        else:
            run.append(f"-test.{name}" + (f"={value}" if value else ""))
    return build, run, cpus, ()


def _attributes(value: Any) -> dict[str, dict[str, Any]]:
    want = 'an object such as {".*": {"rounds": 2}}'
    if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
        raise _wrong("attributes", value, want)
    for pattern, attributes in value.items():
        try:
            re.compile(pattern)
        except re.error as error:
            raise _wrong("attributes", pattern, f"a regular expression ({error})") from None
        for name, setting in attributes.items():
            if name not in ATTRIBUTES:
                raise UserError(
                    f'asv.conf.json: "attributes" of "go" has {name!r}, '
                    f"which is not one of asv's: {', '.join(ATTRIBUTES)}"
                )
            is_range = name == "repeat" and isinstance(setting, list) and len(setting) == 3
            numbers = setting if is_range else [setting]
            if not all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in numbers):
                raise _wrong(f'attributes" "{name}', setting, "a number")
    return value
