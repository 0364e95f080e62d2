"""The Go module of a commit -> the test binaries of its packages with benchmarks."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gopybench.asvdata.gomodule import go_mod_before_modules
from gopybench.asvdata.gosettings import Settings
from gopybench.bridge import gosource, processes, testdata
from gopybench.bridge.build import Build, Package
from gopybench.bridge.overlay import Overlay
from gopybench.bridge.packagedirectories import fingerprint
from gopybench.machine.toolchains import Toolchain

_ERROR_LOCATION = re.compile(r"^\s*(?:vet: )?(\S.*?\.go):[0-9]+(?::[0-9]+)?: ", re.MULTILINE)

# The build flags that change which files a package has: `go list` knows no others of `go test`.
_LISTING_FLAGS = ("tags", "mod", "modfile", "race", "msan", "asan")

_FIELDS = "ImportPath,Dir,Error,Match,Module,TestGoFiles,XTestGoFiles"


class Builder:
    """Compiles a checkout of a module.

    *module* is its directory; *working_tree* is that of the same module in the
    working tree, None where there is none. Its test files and test data replace
    the checkout's where they compile, unless the settings want the commit's.
    *into* is an existing directory; *timeout* is how long one call of ``go``
    may take, in seconds. *generate* makes what is not in the commit.
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
        generate: Callable[[], None],
    ) -> None:
        """Take what to compile, how and where to."""
        self._go = toolchain.executable
        self._settings = settings
        self._module = module
        self._working_tree = working_tree
        self._into = into
        self._aside = into / "testdata"
        self._env = env
        self._timeout = timeout
        self._generate = generate
        self._said: list[str] = []

    def build(self, commit: str, inputs: Iterable[str]) -> Build:
        """Compile the checkout, which is of *commit*.

        *inputs* are noted in it. What does not compile is not raised, but part
        of the build. Raises what *generate* does.
        """
        result = self._build(Build(commit, tuple(inputs)))
        result = replace(result, said=tuple(dict.fromkeys(self._said)))
        shutil.rmtree(self._aside, ignore_errors=True)
        return result

    def _build(self, build: Build) -> Build:
        has_go_mod = (self._module / "go.mod").is_file()
        if not has_go_mod and not self._lend_go_mod():
            return replace(build, nothing=f"there is no go.mod in {self._settings.dir}")
        self._generate()
        laid_over = None if self._settings.from_commit else self._working_tree
        self._overlay = Overlay(self._module, laid_over, self._into / "overlay.json")
        self._laid = testdata.lay(laid_over, self._module, (), self._aside) if laid_over else []
        self._own_data: set[str] = set()
        listing = self._list(*self._settings.packages)
        found = [*_json_objects(listing.stdout)]
        packages = [
            self._compile(package, f"{number}.test")
            for number, package in enumerate(filter(None, map(self._package, found)))
        ]
        packages = [package for package in packages if package.functions]
        errors = [listing.stderr.strip(), *((p.get("Error") or {}).get("Err", "") for p in found)]
        error = "\n".join(dict.fromkeys(filter(None, errors))) if not packages else ""
        if listing.returncode:
            packages, error = [], errors[0]
        if not has_go_mod:
            # It was never known to build in this way.
            failed = [error, *(package.error for package in packages)]
            self._said += [f"without a go.mod of its own: {e}" for e in failed if e]
            packages, error = [package for package in packages if package.binary], ""
        self._choose_shared_data(packages)
        packages = [replace(package, code=self._code(package)) for package in packages]
        return replace(
            build,
            packages=tuple(packages),
            error=error,
            own_data=tuple(sorted(self._own_data)),
            matched=None if listing.returncode else self._matched(found),
        )

    def _matched(self, listing: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
        """Return the patterns that stand for packages of this module."""
        module = os.path.realpath(self._module)
        matched: dict[str, None] = {}
        for found in listing:
            if os.path.realpath((found.get("Module") or {}).get("Dir") or "") == module:
                matched.update(dict.fromkeys(found.get("Match") or []))
        return tuple(matched)

    def _lend_go_mod(self) -> bool:
        """Give a commit from before modules the working tree's; return whether there is one."""
        lent = self._working_tree and go_mod_before_modules(self._working_tree)
        if not lent or not self._module.is_dir():
            return False
        (self._module / "go.mod").write_text(lent, encoding="utf-8")
        if (sums := Path(str(self._working_tree), "go.sum")).is_file():
            shutil.copyfile(sums, self._module / "go.sum")
        self._said.append("there is no go.mod: the working tree's is used")
        return True

    def _list(self, *patterns: str) -> subprocess.CompletedProcess[str]:
        flags = [
            flag
            for flag in self._settings.build_flags
            if flag.lstrip("-").partition("=")[0] in _LISTING_FLAGS
        ]
        flags += self._overlay.flags()
        return self._run("list", "-e", f"-json={_FIELDS}", *flags, *patterns)

    def _package(self, found: Mapping[str, Any]) -> Package | None:
        """Return a package of a listing, nothing of it compiled; None without benchmarks."""
        directory = os.path.relpath(found.get("Dir") or ".", self._module)
        files = (found.get("TestGoFiles") or []) + (found.get("XTestGoFiles") or [])
        if found.get("Error") and not files:
            files = [*self._overlay.files(directory)]
        functions = self._overlay.functions(directory, files)
        if not functions:
            return None
        own = self._overlay.functions(directory, self._overlay.own(directory) & {*files})
        module = (found.get("Module") or {}).get("Path") or found["ImportPath"]
        return Package(found["ImportPath"], module, directory, functions, own)

    def _compile(self, package: Package, binary: str) -> Package:
        """Compile a package, with the commit's own test files where the working tree's break it.

        Today's tests use what an old commit does not have. First the files that
        the compiler names are replaced, then all of the package.
        """
        errors: list[str] = []
        replaced: list[str] = []
        while True:
            # vet cannot read overlaid files in older toolchains.
            run = self._run(
                *("test", "-c", "-vet=off", "-o", str(self._into / binary)),
                *(*self._settings.build_flags, *self._overlay.flags(), package.path),
            )
            if (self._into / binary).is_file():
                break
            errors.append((run.stderr + run.stdout).strip())
            others = self._fall_back(package.directory, errors[-1])
            if not others:
                return replace(package, binary=None, error="\n".join(errors))
            replaced += others
        if replaced:
            self._said += _explain(package, replaced, errors[0])
            (found,) = _json_objects(self._list(package.path).stdout)
            now = self._package(found) or replace(package, functions=(), own=())
            package = replace(now, path=package.path, module=package.module)
        return replace(package, binary=binary)

    def _fall_back(self, directory: str, error: str) -> list[str]:
        """Read more of the commit's own test files; return those that are others now."""
        data = os.path.normpath(os.path.join(directory, "testdata"))
        only_tree = self._settings.from_tree
        paths = _ERROR_LOCATION.findall(error)
        changed = self._overlay.fall_back(paths, tests_alone=only_tree)
        if only_tree:
            return changed
        texts = self._overlay.files(directory)
        wants_data = any("testdata" in texts[name] for name in self._overlay.own(directory))
        if changed and not (wants_data and data in self._laid):
            return changed
        changed += self._overlay.fall_back_package(directory)
        if data in self._laid and data not in self._own_data:
            self._restore(data)
            changed.append(data)
        return changed

    def _restore(self, data: str) -> None:
        testdata.restore(data, self._module, self._aside)
        self._own_data.add(data)

    def _choose_shared_data(self, packages: Iterable[Package]) -> None:
        """Leave test data to the commit's own test files where no other file names it."""
        by: dict[bool, set[str]] = {True: set(), False: set()}
        for package in packages:
            own = self._overlay.own(package.directory)
            for name, text in self._overlay.files(package.directory).items():
                by[name in own] |= _named_data(package, [text])
        for data in {*self._laid} & by[True] - by[False] - self._own_data:
            self._restore(data)

    def _code(self, package: Package) -> dict[str, str]:
        texts = self._overlay.files(package.directory).values()
        digests = {}
        for function in package.functions:
            code = gosource.code(function, texts)
            data = {name: self._module / name for name in _named_data(package, code)}
            digests[function] = gosource.digest([*code, fingerprint(data) if data else ""])
        return digests

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command, lines = [self._go, *arguments], list[str]()
        run = processes.run(
            command,
            lines.append,
            cwd=self._module,
            env={**self._env, "PWD": str(self._module)},
            timeout=self._timeout,
        )
        late = f"go {arguments[0]} took more than {self._timeout:g} seconds (install_timeout)"
        stdout, stderr = ("", late) if run.timed_out else ("\n".join(lines), run.stderr)
        return subprocess.CompletedProcess(command, run.code, stdout, stderr)


def _explain(package: Package, replaced: Collection[str], error: str) -> list[str]:
    """Say which files of a package are the commit's own, and why."""
    names = ", ".join(dict.fromkeys(replaced))
    found = _ERROR_LOCATION.search(error)
    line = error[found.start(1) :].partition("\n")[0] if found else error.strip().partition("\n")[0]
    why = line.replace(found[1], os.path.basename(found[1]), 1) if found else line
    return [f"{package.path}: the commit's own {names} in place of the working tree's: {why}"]


def _named_data(package: Package, texts: Iterable[str]) -> set[str]:
    """Return the ``testdata`` directories that texts of a package name, by path in the module."""
    inside = (os.path.join(package.directory, data) for data in gosource.test_data(texts))
    return {os.path.normpath(path) for path in inside if ".." not in os.path.normpath(path)}


def _json_objects(text: str) -> Iterable[Any]:
    """Yield the JSON objects that ``go list -json`` writes one after the other."""
    decoder = json.JSONDecoder()
    position = 0
    while position < len(text):
        value, position = decoder.raw_decode(text, position)
        yield value
        while position < len(text) and text[position].isspace():
            position += 1
