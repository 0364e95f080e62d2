"""The Go module of a commit -> the test binaries of its packages with benchmarks.

The files of the commit are left as they are: ``go``'s option ``-overlay`` puts
the working tree's ``_test.go`` files in the place of the commit's.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gopybench.asvdata.configuration import Settings
from gopybench.machine.toolchains import Toolchain

_FILE = "build.json"

# Go's own rule: "Benchmark", followed by anything but a lower-case letter.
_FUNCTION = re.compile(r"^func\s+(Benchmark\w*)\s*\(\s*(?:\w+\s+)?\*", re.MULTILINE)
_ERROR_AT = re.compile(r"^(?:vet: )?(.+?\.go):[0-9]+(?::[0-9]+)?: ", re.MULTILINE)
_OUTSIDE = {"vendor", "testdata", "node_modules"}

# Those flags that change which files a package has; `go list` has no others of `go test`.
_OF_LISTING = ("tags", "mod", "modfile", "race", "msan", "asan")


@dataclass(frozen=True)
class Package:
    """A package with benchmarks.

    Attributes:
        path: its import path.
        module: its module's path.
        directory: where it is, as seen from the module's directory.
        functions: its benchmark functions, ``Benchmark`` included, as far as can be seen.
        binary: the test binary's file name; None where it does not compile.
        error: the compiler's words.
    """

    path: str
    module: str
    directory: str
    functions: tuple[str, ...]
    binary: str | None = None
    error: str = ""


@dataclass(frozen=True)
class Build:
    """What was built of a commit.

    Attributes:
        commit: its hash.
        packages: the packages with benchmarks.
        error: why there are none, in Go's words.
    """

    commit: str
    packages: tuple[Package, ...] = ()
    error: str = ""

    @property
    def whole(self) -> bool:
        """Whether everything compiled."""
        return not self.error and all(package.binary for package in self.packages)


def test_files(module: Path) -> dict[str, Path]:
    """Return the ``_test.go`` files below a module's directory, by their path in it."""
    return {name: path for name, path in _walk(module) if name.endswith("_test.go")}


def test_data(module: Path) -> dict[str, Path]:
    """Return the ``testdata`` directories below a module's directory, by their path in it."""
    return {
        os.path.relpath(Path(root, name), module): Path(root, name)
        for root, directories, _ in _directories(module)
        for name in directories
        if name == "testdata"
    }


def _directories(module: Path) -> Iterable[tuple[str, list[str], list[str]]]:
    """Walk the directories that Go would take for the module's packages."""
    for root, directories, files in os.walk(module):
        yield root, sorted(directories), sorted(files)
        directories[:] = sorted(
            name
            for name in directories
            if name not in _OUTSIDE
            and name[0] not in "._"
            and not Path(root, name, "go.mod").exists()
            and not Path(root, name, "pyvenv.cfg").exists()
        )


def _walk(module: Path) -> Iterable[tuple[str, Path]]:
    for root, _, files in _directories(module):
        for name in files:
            path = Path(root, name)
            yield os.path.relpath(path, module), path


def fingerprint(files: Mapping[str, Path]) -> str:
    """Return a hash of files' names and contents; a directory stands for all in it."""
    total = hashlib.sha256()
    for name, path in sorted(files.items()):
        inner = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in inner:
            total.update(f"{name}\0{file.relative_to(path)}\0".encode(errors="surrogateescape"))
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def load(directory: Path) -> Build | None:
    """Return what was built into *directory*; None where nothing was."""
    try:
        data = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        packages = [
            Package(**{**package, "functions": tuple(package["functions"])})
            for package in data["packages"]
        ]
        return Build(data["commit"], tuple(packages), data["error"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


class Builder:
    """Compiles one checkout of a module.

    *laid_over* is the module's directory in the working tree, whose test files
    take the place of those in *module*; None measures a commit's own. *into*
    is an existing directory; *timeout* is how long one call of ``go`` may
    take, in seconds.
    """

    def __init__(
        self,
        toolchain: Toolchain,
        settings: Settings,
        module: Path,
        laid_over: Path | None,
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
        # By path in the module: where each test file of the build is read from.
        self._tests = test_files(laid_over or module)
        self._replaced: dict[str, Path | None] = {}
        if laid_over is not None:
            self._replaced = {**dict.fromkeys(test_files(module)), **self._tests}

    def build(self, commit: str) -> Build:
        """Compile the checkout, which is of *commit*.

        What does not compile is part of what is returned and written, not an
        error.
        """
        packages: list[Package] = []
        error = self._compile_all(packages)
        result = Build(commit, tuple(packages), error)
        text = json.dumps(dataclasses.asdict(result), indent=1)
        (self._into / _FILE).write_text(text, encoding="utf-8")
        return result

    def _compile_all(self, packages: list[Package]) -> str:
        """Append the packages; return why there are none."""
        if not (self._module / "go.mod").is_file():
            return f"there is no go.mod in {self._settings.dir} at this commit"
        fields = "ImportPath,Dir,Error,Module,TestGoFiles,XTestGoFiles"
        flags = [
            f for f in self._settings.build_flags if f.lstrip("-").partition("=")[0] in _OF_LISTING
        ]
        listing = self._run(
            *("list", "-e", f"-json={fields}", *flags, *self._overlay()), *self._settings.packages
        )
        if listing.returncode:
            return listing.stderr.strip()
        errors = [listing.stderr.strip()]
        for found in _json_objects(listing.stdout):
            directory = os.path.relpath(found.get("Dir") or ".", self._module)
            files = (found.get("TestGoFiles") or []) + (found.get("XTestGoFiles") or [])
            functions = self._functions(directory, files)
            errors.append((found.get("Error") or {}).get("Err", ""))
            if functions:
                module = (found.get("Module") or {}).get("Path") or found["ImportPath"]
                package = Package(found["ImportPath"], module, directory, functions)
                packages.append(self._compile(package, f"{len(packages)}.test"))
        return "" if packages else "\n".join(dict.fromkeys(error for error in errors if error))

    def _functions(self, directory: str, files: Iterable[str]) -> tuple[str, ...]:
        names: list[str] = []
        for file in sorted(files):
            path = self._tests.get(os.path.normpath(os.path.join(directory, file)))
            if path is not None:
                found = _FUNCTION.findall(path.read_text(encoding="utf-8", errors="replace"))
                names += [f for f in found if not f.removeprefix("Benchmark")[:1].islower()]
        return tuple(dict.fromkeys(names))

    def _compile(self, package: Package, binary: str) -> Package:
        """Compile a package; leave out test files that do not compile if they hold no benchmark.

        Today's tests use what an old commit does not have; its benchmarks can
        be measured without them.
        """
        errors: list[str] = []
        while True:
            # vet cannot read overlaid files in older toolchains.
            run = self._run(
                *("test", "-c", "-vet=off", "-o", str(self._into / binary)),
                *(*self._settings.build_flags, *self._overlay(), package.path),
            )
            if (self._into / binary).is_file():
                return dataclasses.replace(package, binary=binary)
            errors.append((run.stderr + run.stdout).strip())
            if not self._leave_out(errors[-1]):
                return dataclasses.replace(package, error="\n".join(errors))

    def _leave_out(self, error: str) -> bool:
        broken = {
            os.path.realpath(os.path.join(self._module, path)) for path in _ERROR_AT.findall(error)
        }
        left_out = False
        for name, path in list(self._tests.items()):
            if self._replaced.get(name) is None or os.path.realpath(path) not in broken:
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
            if not _FUNCTION.search(text) and "func TestMain(" not in text:
                del self._tests[name]
                self._replaced[name] = None
                left_out = True
        return left_out

    def _overlay(self) -> list[str]:
        if not self._replaced:
            return []
        overlay = self._into / "overlay.json"
        replace = {
            str(self._module / name): str(path) if path else ""
            for name, path in self._replaced.items()
            if path or (self._module / name).exists()
        }
        overlay.write_text(json.dumps({"Replace": replace}), encoding="utf-8")
        return [f"-overlay={overlay}"]

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
            words = f"go {arguments[0]} took more than {self._timeout:g} seconds (install_timeout)"
            return subprocess.CompletedProcess(error.cmd, 1, "", words)


def lay_test_data(module: Path, laid_over: Path) -> None:
    """Put the ``testdata`` directories of the working tree in the place of a checkout's."""
    for name, source in test_data(laid_over).items():
        target = module / name
        for place in (*reversed(target.relative_to(module).parents), Path(name)):
            path = module / place
            if path.is_symlink() or path.is_file():
                path.unlink()
        if target.exists():
            shutil.rmtree(target)
        shutil.copytree(source, target, symlinks=True)


def install(source: Path, target: Path) -> None:
    """Put a build in place: *target* is then what *source* is, and nothing else."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _json_objects(text: str) -> Iterable[Any]:
    """Yield the JSON objects that ``go list -json`` writes one after the other."""
    decoder = json.JSONDecoder()
    position = 0
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        yield value
        while position < len(text) and text[position].isspace():
            position += 1
