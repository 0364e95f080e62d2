"""The modules of a checkout -> one build of them all, each compiled by itself."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from gopybench.asvdata import gomodule, mapping
from gopybench.asvdata.gosettings import Settings
from gopybench.bridge import gosource, patterns, testdata
from gopybench.bridge.build import Build, Package
from gopybench.bridge.builder import Builder
from gopybench.bridge.packagedirectories import fingerprint, test_files

# The directories under "use" in a go.work, one by one or in brackets.
_USED = re.compile(r"^use\s+(?:\((.*?)\)|(\S+))", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Part:
    """What is built of one module as one block of the configuration says.

    Attributes:
        directory: the module's, relative to the repository's root.
        path: the module's path.
        block: the block.
        configured: its patterns of packages, by the module's own that stand for them.
    """

    directory: str
    path: str
    block: Settings
    configured: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """The block, as if it were the module's alone."""
        return dataclasses.replace(self.block, dir=self.directory, packages=tuple(self.configured))


@dataclass(frozen=True)
class Checkout:
    """The modules of a checkout, with the working tree's benchmarks for them.

    Attributes:
        location: where the code is.
        root: the checkout's directory.
    """

    location: gomodule.Location
    root: Path

    @property
    def modules(self) -> list[Path]:
        """The directories of the modules that are built."""
        return [*dict.fromkeys(self.root / part.directory for part in self.parts())]

    def working_tree(self, part: Part) -> Path | None:
        """Return where a part is in the working tree; None where that is another project's."""
        root = self.location.root
        return root / part.directory if root is not None and self.location.is_here else None

    def lay_test_data(self, own: Iterable[str]) -> None:
        """Replace the test data of the modules by the working tree's, but for *own*."""
        for part in self.parts():
            source = self.working_tree(part)
            is_there = (self.root / part.directory).is_dir()
            if source is not None and is_there and not part.block.from_commit:
                but = {os.path.relpath(name, part.directory) for name in own}
                testdata.lay(source, self.root / part.directory, but)

    def fingerprint(self) -> str:
        """Return a hash of everything in the working tree that a build depends on."""
        blocks = self.location.blocks
        files: dict[str, Path] = {}
        for directory in self._in_tree():
            module = Path(str(self.location.root), directory)
            found = {name: module / name for name in ("go.mod", "go.sum")}
            around = [b for b in blocks.blocks if PurePath(b.dir).is_relative_to(directory)]
            if not all(block.from_commit for block in (blocks.of(directory), *around)):
                found.update(test_files(module, module))
                found.update(testdata.directories(module, module))
            files.update({os.path.join(directory, name): path for name, path in found.items()})
        return fingerprint(files)

    def _in_tree(self) -> list[str]:
        """Return the directories of the working tree's modules, if it is this project's."""
        root = self.location.root
        return self.location.directories(root) if root and self.location.is_here else []

    def parts(self) -> list[Part]:
        """Return what is to be built, module by module.

        Of a directory from before it had a go.mod, the working tree tells that
        it is a module.
        """
        blocks = self.location.blocks.blocks
        directories = self.location.directories(self.root)
        for directory in self._in_tree():
            is_in_another = any(PurePath(directory).is_relative_to(d) for d in directories)
            if not is_in_another and (self.root / directory).is_dir():
                directories.append(directory)
        modules = {directory: self._path(directory) for directory in directories}
        found = [
            Part(directory, path, block, configured)
            for block in blocks
            for directory, path in modules.items()
            if (
                configured := {
                    own: pattern
                    for pattern in block.packages
                    for own in patterns.in_module(pattern, block.dir, directory, modules)
                }
            )
        ]
        # Where there is none, the configured directories are named.
        return found or [Part(b.dir, "", b, {p: p for p in b.packages}) for b in blocks]

    def _path(self, directory: str) -> str:
        """Return the path of a module, which the commit's go.mod may not say."""
        sources = [top / directory for top in (self.root, self.location.root) if top is not None]
        paths = filter(None, map(gomodule.module_path, sources))
        return next(paths, os.path.basename(directory))

    def build(
        self,
        commit: str,
        inputs: Iterable[str],
        into: Path,
        builder: Callable[[Part, Path], Builder],
    ) -> Build:
        """Compile all modules, and write the build into the directory *into*.

        *builder* makes what compiles a part into a directory of its own. What
        does not compile is part of the build, and takes nothing else with it.
        """
        parts = self.parts()
        built: list[tuple[Part, str, Build]] = []
        matched: set[tuple[str, str]] = set()
        for number, part in enumerate(parts):
            # What a module without benchmarks needs, such as tools, may not be here.
            if len(parts) == 1 or self._functions(part):
                directory = into / str(number)
                directory.mkdir()
                built.append((part, str(number), builder(part, directory).build(commit, inputs)))
            own = built[-1][2].matched if built and built[-1][0] is part else None
            of = part.configured if own is None else own
            matched |= {(part.block.dir, part.configured[pattern]) for pattern in of}
        is_readable = any(result.matched is not None for _, _, result in built)
        packages = [p for of in built for p in self._packages(*of)] if is_readable else []
        why = [b.nothing or b.error for _, _, b in built if not packages]
        words = "\n".join(dict.fromkeys(filter(None, why)))
        # What Go can read and has no such packages has not failed: they are not there.
        is_failure = any(b.error for _, _, b in built) and not is_readable
        own_data = (os.path.join(p.directory, d) for p, _, b in built for d in b.own_data)
        modules = ", ".join(dict.fromkeys(part.path for part in parts))
        unmatched = [
            f'{pattern!r} under "packages" of "go" stands for no package of {modules}'
            for block in self.location.blocks.blocks
            for pattern in block.packages
            if packages and (block.dir, pattern) not in matched
        ]
        whole = Build(
            commit,
            tuple(inputs),
            tuple(packages),
            error=words if is_failure else "",
            nothing="" if is_failure else words,
            own_data=tuple(map(os.path.normpath, own_data)),
            said=tuple(words for _, _, result in built for words in result.said),
            unmatched=tuple(unmatched),
        )
        whole.save(into)
        return whole

    def _packages(self, part: Part, number: str, built: Build) -> Iterable[Package]:
        """Yield the packages of a part, as the whole project has them."""
        name = self.location.name(part.directory)
        is_unread = built.matched is None and built.error
        for package in self._unread(part, built) if is_unread else built.packages:
            directory = os.path.normpath(os.path.join(part.directory, package.directory))
            if self.location.blocks.of(directory) == part.block:
                module = mapping.Module(package.module, name)
                yield dataclasses.replace(
                    package,
                    directory=directory,
                    name=mapping.go_package(package.path, [module]),
                    binary=package.binary and f"{number}/{package.binary}",
                )

    def _unread(self, part: Part, built: Build) -> Iterable[Package]:
        """Yield the packages of a module that Go cannot read."""
        for directory, functions in self._functions(part).items():
            path = os.path.normpath(os.path.join(part.path, directory))
            yield Package(path, part.path, directory, tuple(functions), error=built.error)

    def _functions(self, part: Part) -> dict[str, list[str]]:
        """Return the benchmark functions in a part's files, by the directory in its module."""
        module, working_tree = self.root / part.directory, self.working_tree(part)
        files = test_files(module, module)
        if working_tree is not None and not part.block.from_commit:
            files.update(test_files(working_tree, module))
        found: dict[str, list[str]] = {}
        for name, path in sorted(files.items()):
            directory = os.path.dirname(name) or "."
            if any(patterns.matches(pattern, directory) for pattern in part.configured):
                found.setdefault(directory, []).extend(
                    gosource.functions(path.read_text(encoding="utf-8", errors="replace"))
                )
        return {directory: functions for directory, functions in found.items() if functions}

    def is_in_workspace(self, directory: str) -> bool:
        """Return whether the module of a directory is under "use" in the checkout's go.work."""
        start = self.root / directory
        above = [d for d in (start, *start.parents) if d.is_relative_to(self.root)]
        workspace = next((d for d in above if (d / "go.work").is_file()), None)
        module = next((d for d in above if (d / "go.mod").is_file()), None)
        if workspace is None or module is None:
            return workspace is not None
        text = (workspace / "go.work").read_text(encoding="utf-8", errors="replace")
        used = " ".join(a or b for a, b in _USED.findall(re.sub("//.*", "", text))).split()
        return any(os.path.normpath(workspace / path.strip('"`')) == str(module) for path in used)
