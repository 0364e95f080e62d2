"""What was built of a commit: its packages with benchmarks, each with a test binary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_FILE = "build.json"


@dataclass(frozen=True)
class Package:
    """A package with benchmarks.

    Attributes:
        path: its import path.
        module: its module's path.
        directory: its directory, relative to the module's.
        functions: its benchmark functions, ``Benchmark`` included, as its test
            files declare them.
        own: those of them that test files of the commit declare, not the working tree's.
        code: a digest of what each of them runs of the test files, and of their test data.
        binary: the test binary's file name; None where it does not compile.
        error: what the compiler said then.
        name: what asv calls the package.
    """

    path: str
    module: str
    directory: str
    functions: tuple[str, ...]
    own: tuple[str, ...] = ()
    code: Mapping[str, str] = field(default_factory=dict)
    binary: str | None = None
    error: str = ""
    name: str = ""


@dataclass(frozen=True)
class Build:
    """What was built of a commit.

    Attributes:
        commit: its hash.
        inputs: everything else that it depends on.
        packages: the packages with benchmarks.
        error: why there are none, as Go says it.
        nothing: why there is nothing to build, which is no failure.
        own_data: the ``testdata`` directories that are the commit's own.
        said: what a user should know of how it was built.
        unmatched: what to say of configured patterns that stand for no package.
        matched: the patterns that stand for packages of one module; None where
            Go cannot read the module.
    """

    commit: str
    inputs: tuple[str, ...]
    packages: tuple[Package, ...] = ()
    error: str = ""
    nothing: str = ""
    own_data: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    matched: tuple[str, ...] | None = None

    @property
    def errors(self) -> list[str]:
        """What the compiler said, each thing once."""
        errors = [self.error, *(package.error for package in self.packages)]
        return list(dict.fromkeys(filter(None, errors)))

    @property
    def whole(self) -> bool:
        """Whether everything compiled."""
        return not self.error and all(package.binary for package in self.packages)

    def save(self, directory: Path) -> None:
        """Write it into *directory*."""
        text = json.dumps(asdict(self), indent=1)
        (directory / _FILE).write_text(text, encoding="utf-8")


def load(directory: Path) -> Build | None:
    """Return what was built into *directory*; None where nothing was."""
    try:
        data = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        data["packages"] = [Package(**_with_tuples(package)) for package in data["packages"]]
        return Build(**_with_tuples(data))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _with_tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in data.items()}
