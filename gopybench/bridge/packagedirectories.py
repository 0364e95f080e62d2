"""A module's directory -> the directories in which Go looks for packages, and what is in them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

_NO_PACKAGES = {"vendor", "testdata", "node_modules"}


def package_directories(module: Path) -> Iterable[tuple[str, list[str], list[str]]]:
    """Yield each directory with the names of the directories and of the files in it."""
    for root, directories, files in os.walk(module):
        yield root, sorted(directories), sorted(files)
        directories[:] = sorted(
            name
            for name in directories
            if is_package_directory(name)
            and not Path(root, name, "go.mod").exists()
            and not Path(root, name, "pyvenv.cfg").exists()
        )


def is_package_directory(path: str) -> bool:
    """Return whether Go looks for packages below a path in a module, by its names."""
    names = [name for name in path.split("/") if name != "."]
    return not any(name in _NO_PACKAGES or name[0] in "._" for name in names)


def test_files(module: Path) -> dict[str, Path]:
    """Return the ``_test.go`` files below a module's directory, by their path in it."""
    return {
        os.path.relpath(Path(root, name), module): Path(root, name)
        for root, _, files in package_directories(module)
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
