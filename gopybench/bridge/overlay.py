"""Whose test files a build reads: the working tree's, or where these do not do, the commit's own.

The commit's own files stay as they are: ``go``'s option ``-overlay`` replaces
them for one build alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from gopybench.bridge import gosource
from gopybench.bridge.packagedirectories import has_code, test_files


class Overlay:
    """The test files that a build of *module*, a checkout, reads.

    They are those of *working_tree*, the module's directory there, and none of
    the commit's. A directory that is no package in the working tree keeps the
    commit's own; one that is no package at the commit gets none. Where
    *working_tree* is None all are the commit's own. *file* is where to write
    what ``-overlay`` reads.
    """

    def __init__(self, module: Path, working_tree: Path | None, file: Path) -> None:
        """Look for the files."""
        self._module = module
        self._file = file
        # By path in the module; what is read of them is in neither, one or both.
        self._own = test_files(module, module)
        self._trees: dict[str, Path] = {}
        self._read = dict(self._own)
        if working_tree is not None:
            self._trees = test_files(working_tree, module)
            for name in {*self._own, *self._trees}:
                in_tree = working_tree / os.path.dirname(name)
                if not any(in_tree.glob("*.go")):
                    continue
                if has_code(in_tree) and not has_code(module / os.path.dirname(name)):
                    self._trees.pop(name, None)
                self._choose(name, self._trees.get(name))

    def _choose(self, name: str, path: Path | None) -> None:
        if path is None:
            self._read.pop(name, None)
        else:
            self._read[name] = path

    def flags(self) -> list[str]:
        """Return the flags of ``go`` that make it read these files."""
        replace = {
            str(self._module / name): str(self._read.get(name, ""))
            for name in sorted({*self._own, *self._read})
            if self._read.get(name) != self._own.get(name)
        }
        if not replace:
            return []
        self._file.write_text(json.dumps({"Replace": replace}), encoding="utf-8")
        return [f"-overlay={self._file}"]

    def files(self, directory: str) -> dict[str, str]:
        """Return the texts of the files that are read in a directory, by their names in it."""
        return {
            os.path.basename(name): _text(path)
            for name, path in sorted(self._read.items())
            if os.path.normpath(os.path.dirname(name) or ".") == os.path.normpath(directory)
        }

    def own(self, directory: str) -> set[str]:
        """Return the names of those files in a directory that are the commit's own."""
        return {
            name
            for name in self.files(directory)
            if self._read[(path := os.path.normpath(os.path.join(directory, name)))]
            == self._own.get(path)
        }

    def functions(self, directory: str, files: Collection[str]) -> tuple[str, ...]:
        """Return the benchmark functions, ``Benchmark`` included, in files of a directory."""
        texts = self.files(directory)
        names = [f for file in sorted(files) for f in gosource.functions(texts.get(file, ""))]
        return tuple(dict.fromkeys(names))

    def fall_back(self, paths: Iterable[str], *, tests_alone: bool = False) -> list[str]:
        """Read the commit's own files in place of the working tree's at *paths*, or none.

        *paths* are as the compiler names them, relative to the module's
        directory. With *tests_alone* files with benchmarks stay. Return the
        files that are others now.
        """
        wanted = {os.path.realpath(os.path.join(self._module, path)) for path in paths}
        return self._use_own(
            name
            for name, path in self._trees.items()
            if wanted & {os.path.realpath(path), os.path.realpath(self._module / name)}
            and not (tests_alone and gosource.has_benchmarks(_text(path)))
        )

    def fall_back_package(self, directory: str) -> list[str]:
        """Read the commit's own files alone in a directory; return those that are others now."""
        return self._use_own(
            name
            for name in {*self._own, *self._trees}
            if os.path.normpath(os.path.dirname(name) or ".") == os.path.normpath(directory)
        )

    def _use_own(self, names: Iterable[str]) -> list[str]:
        changed = []
        for name in names:
            read, own = self._read.get(name), self._own.get(name)
            if read != own:
                self._choose(name, own)
                if read is None or own is None or read.read_bytes() != own.read_bytes():
                    changed.append(name)
        return sorted(changed)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
