"""A build in the environment's directory, ready to run."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gopybench.asvdata.gosettings import Blocks
from gopybench.bridge import testdata
from gopybench.bridge.build import Build, Package
from gopybench.bridge.packagedirectories import fingerprint
from gopybench.bridge.testbinary import TestBinary


@dataclass(frozen=True)
class Installation:
    """An installed build.

    Attributes:
        build: what was built.
        directory: the directory of its binaries.
        source: the checkout, with the commit's files.
        blocks: the settings.
        environ: returns the environment variables to run a package with, by its
            directory.
        state: a hash of everything that decides which benchmarks there are.
        discovered: the file that keeps the functions discovered in this state.
    """

    build: Build
    directory: Path
    source: Path
    blocks: Blocks
    environ: Callable[[str], Mapping[str, str]]
    state: str
    discovered: Path

    def binary(self, package: Package) -> TestBinary:
        """Return the test binary of a package that compiled, with the configured flags."""
        settings = self.blocks.of(package.directory)
        cwd = self.source / package.directory
        # A package may be in the working tree alone.
        cwd.mkdir(parents=True, exist_ok=True)
        cpus = ",".join(map(str, settings.cpus))
        return TestBinary(
            self.directory / str(package.binary),
            cwd,
            self.environ(package.directory),
            (*settings.run_flags, *([f"-test.cpu={cpus}"] if cpus else [])),
            settings.arguments,
        )


def install(source: Path, target: Path) -> None:
    """Replace *target* by a copy of *source*, of hard links where the file system has them."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def state(build: Build, directory: Path, modules: Iterable[Path], others: str) -> str:
    """Return a hash of everything that decides which benchmarks an installed build has.

    That is its binaries in *directory*, the test data of *modules*, and what
    *others* says: how it is built and run.
    """
    parts = [others, *(fingerprint(testdata.directories(m, m)) for m in modules)]
    for package in build.packages:
        binary = directory / str(package.binary)
        parts.append(fingerprint({package.path: binary} if package.binary else {}))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
