"""The ``testdata`` directories of a checkout: the commit's own, or the working tree's instead.

What embeds or reads test data finds it on disk only, so it cannot be part of an overlay.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from gopybench.bridge.packagedirectories import fingerprint, package_directories


def directories(module: Path, checkout: Path) -> dict[str, Path]:
    """Return the ``testdata`` directories below a module's directory, by their path in it.

    Its *checkout* decides what is a module of its own below it.
    """
    return {
        os.path.relpath(Path(root, name), module): Path(root, name)
        for root, inner, _ in package_directories(module, checkout)
        for name in inner
        if name == "testdata"
    }


def lay(
    working_tree: Path, module: Path, but: Collection[str] = (), aside: Path | None = None
) -> list[str]:
    """Put the working tree's directories in place of a checkout's; return those that differ.

    They are given by their path in the module. The commit's own stay where
    *but* names them; those that are replaced are moved below *aside*, if given.
    """
    laid = []
    for name, source in directories(working_tree, module).items():
        target = module / name
        same = fingerprint({"": source}) == fingerprint({"": target})
        # Go embeds nothing behind a link.
        if name in but or (same and target.resolve() == module.resolve() / name):
            continue
        for part in [*reversed(Path(name).parents)][1:]:
            if (module / part).is_symlink() or (module / part).is_file():
                (module / part).unlink()
        if aside is not None and os.path.lexists(target):
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            target.rename(aside / name)
        _remove(target)
        shutil.copytree(source, target, symlinks=True)
        laid.append(name)
    return laid


def restore(name: str, module: Path, aside: Path) -> None:
    """Put a directory back that the commit has and :func:`lay` moved aside, if it had one."""
    _remove(module / name)
    if os.path.lexists(aside / name):
        (aside / name).rename(module / name)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
