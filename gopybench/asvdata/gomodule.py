"""The Go modules that the configuration names: their directories, and their names."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from asv.util import UserError

from gopybench.asvdata import gosettings, repository
from gopybench.asvdata.gosettings import Blocks
from gopybench.asvdata.mapping import Module

# Go looks for no packages in them.
_NO_PACKAGES = {"vendor", "testdata", "node_modules"}


@dataclass(frozen=True)
class Location:
    """Where the Go code is in the measured repository; directories are relative to its root.

    Attributes:
        own: the directory of the project's own module.
        root: the root of a working tree; None where there is none.
        is_here: whether it is the one around the configuration.
        blocks: the settings, with such directories.
    """

    own: str
    root: Path | None
    is_here: bool
    blocks: Blocks

    def name(self, directory: str) -> str:
        """Return what the packages of the module in a directory go by: its path, dotted.

        It is empty for the project's own module: its packages go by their path below it.
        """
        own = PurePath(self.own).is_relative_to(directory)
        return "" if own else directory.replace("/", ".")

    def directories(self, root: Path) -> list[str]:
        """Return the directories of the modules in a checkout of the repository.

        They are for each block the module around its directory, and those below.
        """
        found: dict[str, None] = {}
        for block in self.blocks.blocks:
            start = root / block.dir
            around = [d for d in _upwards(block.dir) if (root / d / "go.mod").is_file()]
            found.update(dict.fromkeys(around[:1] if start.is_dir() else ()))
            for path, names, files in os.walk(start):
                if "go.mod" in files:
                    found[os.path.relpath(path, root)] = None
                names[:] = sorted(
                    name
                    for name in names
                    # A submodule is another project's.
                    if is_source(path, name) and not Path(path, name, ".git").exists()
                )
        return list(found)

    def modules(self) -> list[Module]:
        """Return the modules in the working tree."""
        root = self.root
        found = {d: module_path(root / d) for d in self.directories(root)} if root else {}
        return [Module(path, self.name(d)) for d, path in found.items() if path is not None]


def _upwards(directory: str) -> list[str]:
    """Return a directory and those above it, as far as the repository's root."""
    path = PurePath(directory)
    return [str(p) for p in (path, *path.parents)]


def locate(conf: Any, blocks: Blocks) -> Location:
    """Return where the Go code is: with one block in its directory, else in those of all.

    Raises asv's UserError for a directory that is not in the measured repository.
    """
    root = repository.top(conf.repo)
    dirs = [os.path.normpath(block.dir) for block in blocks.blocks]
    is_here = False
    if root is not None:
        with contextlib.suppress(ValueError):
            dirs = [str(Path(d).resolve().relative_to(root)) for d in dirs]
            is_here = any((root / d).is_dir() for d in dirs)
    if outside := [d for d in dirs if os.path.isabs(d) or d.split("/")[0] == os.pardir]:
        raise UserError(
            f'asv.conf.json: "dir" of "go" is {outside[0]!r}, which is not in the measured '
            f"repository {conf.repo}: name it as seen from the root of that"
        )
    return Location(
        dirs[0] if len(dirs) == 1 else ".",
        root,
        is_here,
        Blocks(
            tuple(
                dataclasses.replace(
                    block,
                    dir=d,
                    from_commit=block.from_commit or not is_here,
                    from_tree=block.from_tree and is_here,
                )
                for block, d in zip(blocks.blocks, dirs)
            )
        ),
    )


def modules(conf: Any, own: str | None = None) -> list[Module]:
    """Return the modules that the project's packages belong to.

    *own* is the path of its own module where that is not the one in the
    configured directory.
    """
    found = locate(conf, gosettings.load(conf)).modules()
    own = own.rstrip("/") if own else None
    if own is None or any(module.path == own for module in found):
        return found
    return [Module(own), *(module for module in found if module.name)]


def is_source(directory: str | Path, name: str) -> bool:
    """Return whether Go looks for packages in the directory *name* below another."""
    path = Path(directory, name)
    # A clone is asv's own, of this repository.
    is_foreign = (path / "pyvenv.cfg").exists() or (path / ".git").is_dir()
    return is_source_path(name) and not is_foreign


def is_source_path(path: str) -> bool:
    """Return whether Go looks for packages below a path in a repository, by its names."""
    names = [name for name in path.split("/") if name != "."]
    return not any(name in _NO_PACKAGES or name[0] in "._" for name in names)


def module_path(directory: str | Path) -> str | None:
    """Return the path of the Go module in *directory*; None where there is none."""
    with contextlib.suppress(OSError):
        text = Path(directory, "go.mod").read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines():
            if line.startswith("module"):
                return line.removeprefix("module").split("//")[0].strip().strip('"`')
    return None


def go_mod_before_modules(directory: str | Path) -> str | None:
    """Return a ``go.mod`` for commits of a module from before it had one; None without any.

    It is the one in *directory*. The import paths of that time had no major version.
    """
    with contextlib.suppress(OSError):
        text = Path(directory, "go.mod").read_text(encoding="utf-8")
        path = module_path(directory)
        if path:
            without = re.sub(r"/v[0-9]+$", "", path)
            line = re.compile(rf"^(module\s+[\"`]?){re.escape(path)}", re.MULTILINE)
            return line.sub(rf"\g<1>{without}", text, count=1)
    return None
