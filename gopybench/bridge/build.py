"""The Go module of a commit -> the test binaries of its packages with benchmarks."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gopybench.asvdata.gosettings import Settings
from gopybench.bridge.overlay import Overlay
from gopybench.machine.toolchains import Toolchain

_FILE = "build.json"

_ERROR_LOCATION = re.compile(r"^(?:vet: )?(.+?\.go):[0-9]+(?::[0-9]+)?: ", re.MULTILINE)

# The build flags that change which files a package has: `go list` knows no others of `go test`.
_LISTING_FLAGS = ("tags", "mod", "modfile", "race", "msan", "asan")


@dataclass(frozen=True)
class Package:
    """A package with benchmarks.

    Attributes:
        path: its import path.
        module: its module's path.
        directory: its directory, relative to the module's.
        functions: its benchmark functions, ``Benchmark`` included, as its test
            files declare them.
        binary: the test binary's file name; None where it does not compile.
        error: what the compiler said then.
        name: what asv calls the package.
    """

    path: str
    module: str
    directory: str
    functions: tuple[str, ...]
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
        unmatched: what to say of configured patterns that stand for no package.
        matched: the patterns that stand for packages of one module; None where
            Go cannot read the module.
    """

    commit: str
    inputs: tuple[str, ...]
    packages: tuple[Package, ...] = ()
    error: str = ""
    unmatched: tuple[str, ...] = ()
    matched: tuple[str, ...] | None = None

    @property
    def whole(self) -> bool:
        """Whether everything compiled."""
        return not self.error and all(package.binary for package in self.packages)


def load(directory: Path) -> Build | None:
    """Return what was built into *directory*; None where nothing was."""
    try:
        data = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        packages = [
            Package(**{**package, "functions": tuple(package["functions"])})
            for package in data["packages"]
        ]
        texts = data["error"], tuple(data["unmatched"])
        return Build(data["commit"], tuple(data["inputs"]), tuple(packages), *texts)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def save(directory: Path, build: Build) -> None:
    """Write a build into the directory with its binaries."""
    text = json.dumps(dataclasses.asdict(build), indent=1)
    (directory / _FILE).write_text(text, encoding="utf-8")


class Builder:
    """Compiles a checkout of a module.

    *module* is its directory; *working_tree* is that of the same module in the
    working tree, whose test files replace the checkout's, or None to build a
    commit's own. *into* is an existing directory; *timeout* is how long one
    call of ``go`` may take, in seconds.
    """

    def __init__(
        self,
        toolchain: Toolchain,
        settings: Settings,
        module: Path,
        working_tree: Path | None,
        into: Path,
        env: Mapping[str, str],
        timeout: float,
    ) -> None:
        """Take what to compile, how and where to."""
        self._go = toolchain.executable
        self._settings = settings
        self._module = module
        self._into = into
        self._env = env
        self._timeout = timeout
        self._overlay = Overlay(module, working_tree, into / "overlay.json")
        # The patterns that stand for packages of the module, once Go has read it.
        self._matched: dict[str, None] | None = None

    def build(self, commit: str, inputs: Iterable[str]) -> Build:
        """Compile the checkout, which is of *commit*.

        *inputs* are noted in it. What does not compile is not raised, but part
        of the build.
        """
        packages: list[Package] = []
        error = self._compile_all(packages)
        matched = None if self._matched is None else tuple(self._matched)
        return Build(commit, tuple(inputs), tuple(packages), error, matched=matched)

    def _compile_all(self, packages: list[Package]) -> str:
        """Append the packages; return why there are none."""
        if not (self._module / "go.mod").is_file():
            return f"there is no go.mod in {self._settings.dir} at this commit"
        listing = self._list()
        if listing.returncode:
            return listing.stderr.strip()
        self._matched = {}
        errors = [listing.stderr.strip()]
        for found in _json_objects(listing.stdout):
            directory = os.path.relpath(found.get("Dir") or ".", self._module)
            files = (found.get("TestGoFiles") or []) + (found.get("XTestGoFiles") or [])
            functions = self._overlay.functions(directory, files)
            errors.append((found.get("Error") or {}).get("Err", ""))
            module = found.get("Module") or {}
            if os.path.realpath(module.get("Dir") or "") == os.path.realpath(self._module):
                self._matched.update(dict.fromkeys(found.get("Match") or []))
            if functions:
                path = module.get("Path") or found["ImportPath"]
                package = Package(found["ImportPath"], path, directory, functions)
                packages.append(self._compile(package, f"{len(packages)}.test"))
        return "" if packages else "\n".join(dict.fromkeys(error for error in errors if error))

    def _list(self) -> subprocess.CompletedProcess[str]:
        fields = "ImportPath,Dir,Error,Match,Module,TestGoFiles,XTestGoFiles"
        flags = [
            flag
            for flag in self._settings.build_flags
            if flag.lstrip("-").partition("=")[0] in _LISTING_FLAGS
        ]
        return self._run(
            *("list", "-e", f"-json={fields}", *flags, *self._overlay.flags()),
            *self._settings.packages,
        )

    def _compile(self, package: Package, binary: str) -> Package:
        """Compile a package, if need be without the test files that break it and have no benchmark.

        Today's tests use what an old commit does not have; its benchmarks can
        be measured without them.
        """
        errors: list[str] = []
        while True:
            # vet cannot read overlaid files in older toolchains.
            run = self._run(
                *("test", "-c", "-vet=off", "-o", str(self._into / binary)),
                *(*self._settings.build_flags, *self._overlay.flags(), package.path),
            )
            if (self._into / binary).is_file():
                return dataclasses.replace(package, binary=binary)
            errors.append((run.stderr + run.stdout).strip())
            if not self._overlay.leave_out(_ERROR_LOCATION.findall(errors[-1])):
                return dataclasses.replace(package, error="\n".join(errors))

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                [self._go, *arguments],
                cwd=self._module,
                env={**self._env, "PWD": str(self._module)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=self._timeout,
            )
        except subprocess.TimeoutExpired as error:
            message = (
                f"go {arguments[0]} took more than {self._timeout:g} seconds (install_timeout)"
            )
            return subprocess.CompletedProcess(error.cmd, 1, "", message)


def _json_objects(text: str) -> Iterable[Any]:
    """Yield the JSON objects that ``go list -json`` writes one after the other."""
    decoder = json.JSONDecoder()
    position = 0
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        yield value
        while position < len(text) and text[position].isspace():
            position += 1
