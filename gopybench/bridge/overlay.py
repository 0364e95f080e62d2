"""The working tree's benchmarks over a commit's: test files by ``-overlay``, test data by copy.

The commit's own files stay as they are: ``go``'s option ``-overlay`` replaces
them for one build alone. What embeds or reads test data finds it on disk only.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from gopybench.asvdata import gomodule

# Go's own rule: "Benchmark", followed by anything but a lower-case letter.
_FUNCTION = re.compile(r"^func\s+(Benchmark\w*)\s*\(\s*(?:\w+\s+)?\*", re.MULTILINE)


def test_files(module: Path, checkout: Path) -> dict[str, Path]:
    """Return the ``_test.go`` files below a module's directory, by their path in it.

    Its *checkout* decides what is a module of its own below it.
    """
    return {
        os.path.relpath(Path(root, name), module): Path(root, name)
        for root, _, files in _package_directories(module, checkout)
        for name in files
        if name.endswith("_test.go")
    }


def test_data(module: Path) -> dict[str, Path]:
    """Return the ``testdata`` directories below a module's directory, by their path in it."""
    return {
        os.path.relpath(Path(root, name), module): Path(root, name)
        for root, directories, _ in _package_directories(module, module)
        for name in directories
        if name == "testdata"
    }


def _package_directories(
    module: Path, checkout: Path
) -> Iterable[tuple[str, list[str], list[str]]]:
    """Walk the directories in which Go would look for the module's packages."""

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


def benchmarks(path: Path) -> list[str]:
    """Return the benchmark functions, ``Benchmark`` included, that a file declares."""
    found = _FUNCTION.findall(path.read_text(encoding="utf-8", errors="replace"))
    return [name for name in found if not name.removeprefix("Benchmark")[:1].islower()]


def fingerprint(files: Mapping[str, Path]) -> str:
    """Return a hash of files' names and contents; a directory stands for all in it."""
    total = hashlib.sha256()
    for name, path in sorted(files.items()):
        inner = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inner:
            total.update(f"{name}\0{file.relative_to(path)}\0".encode(errors="surrogateescape"))
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def copy_test_data(working_tree: Path, module: Path) -> None:
    """Replace the ``testdata`` directories of a checkout's module by the working tree's."""
    for name, source in test_data(working_tree).items():
        target = module / name
        for part in (*reversed(target.relative_to(module).parents), Path(name)):
            path = module / part
            if path.is_symlink() or path.is_file():
                path.unlink()
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(source, target, symlinks=True)


class Overlay:
    """The test files that a build of *module*, a checkout, reads.

    They are those of *working_tree*, the module's directory there, and none of
    the commit's; where it is None they are the commit's own. *file* is where to
    write what ``-overlay`` reads.
    """

    def __init__(self, module: Path, working_tree: Path | None, file: Path) -> None:
        """Look for the files."""
        self._module = module
        self._file = file
        # By path in the module: where each test file is read from.
        self._tests = test_files(working_tree or module, module)
        # What is read instead of each file; None for a file that is left out.
        self._replaced: dict[str, Path | None] = {}
        if working_tree is not None:
            self._replaced = {**dict.fromkeys(test_files(module, module)), **self._tests}

    def flags(self) -> list[str]:
        """Return the flags of ``go`` that make it read these files."""
        if not self._replaced:
            return []
        replace = {
            str(self._module / name): str(path) if path else ""
            for name, path in self._replaced.items()
            if path or (self._module / name).exists()
        }
        self._file.write_text(json.dumps({"Replace": replace}), encoding="utf-8")
        return [f"-overlay={self._file}"]

    def functions(self, directory: str, files: Iterable[str]) -> tuple[str, ...]:
        """Return the benchmark functions, ``Benchmark`` included, in files of a directory."""
        names: list[str] = []
        for file in sorted(files):
            path = self._tests.get(os.path.normpath(os.path.join(directory, file)))
            if path is not None:
                names += benchmarks(path)
        return tuple(dict.fromkeys(names))

    def leave_out(self, paths: Iterable[str]) -> bool:
        """Leave out the working tree's files at *paths* that hold no benchmark.

        *paths* are relative to the module's directory. Return whether any was
        left out.
        """
        wanted = {os.path.realpath(os.path.join(self._module, path)) for path in paths}
        left_out = False
        for name, path in list(self._tests.items()):
            if self._replaced.get(name) is None or os.path.realpath(path) not in wanted:
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
            if not _FUNCTION.search(text) and "func TestMain(" not in text:
                del self._tests[name]
                self._replaced[name] = None
                left_out = True
        return left_out
