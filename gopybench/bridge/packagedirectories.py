"""A module's directory -> the directories in which Go looks for packages, and what is in them.

Another directory, its checkout, may decide what is a module of its own below it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from gopybench.asvdata import gomodule


def package_directories(module: Path, checkout: Path) -> Iterable[tuple[str, list[str], list[str]]]:
    """Yield each directory with the names of the directories and of the files in it."""

    def is_nested(directory: Path) -> bool:
        there = checkout / directory.relative_to(module)
        # One that became a module later is a package before, if it is there at all.
        later = (directory / "go.mod").exists() and not there.is_dir()
        return later or (there / "go.mod").exists()

    for root, directories, files in os.walk(module):
        yield root, sorted(directories), sorted(files)
        directories[:] = sorted(
            name
            for name in directories
            if gomodule.is_source(root, name) and not is_nested(Path(root, name))
        )


def test_files(module: Path, checkout: Path) -> dict[str, Path]:
    """Return the ``_test.go`` files below a module's directory, by their path in it."""
    return {
        os.path.relpath(Path(root, name), module): Path(root, name)
        for root, _, files in package_directories(module, checkout)
        for name in files
        if name.endswith("_test.go")
    }


def has_code(directory: Path) -> bool:
    """Return whether a directory has Go files other than tests."""
    return any(not path.name.endswith("_test.go") for path in directory.glob("*.go"))


def fingerprint(files: Mapping[str, Path]) -> str:
    """Return a hash of files' names and contents; a directory stands for all in it."""
    total = hashlib.sha256()
    for name, path in sorted(files.items()):
        inner = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inner:
            if file.is_file():
                inside = file.relative_to(path)
                total.update(f"{name}\0{inside}\0".encode(errors="surrogateescape"))
                total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
