"""A pattern of packages, as the configuration has it -> those of one module for ``go list``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from gopybench.asvdata.gomodule import is_source_path
from gopybench.asvdata.gosettings import Blocks

# What Go reads as other than directories or import paths.
_RESERVED = {"all", "std", "cmd", "tool", "work"}


def in_module(pattern: str, start: str, module: str, modules: Mapping[str, str]) -> list[str]:
    """Return the patterns that stand for a module's part of *pattern*; none if it has no part.

    A relative pattern begins in *start* and goes on in the modules below, unlike
    Go's own. All directories are relative to the repository's root: *start*,
    *module*, and those of all *modules*, which are given with their paths.
    """
    if pattern in _RESERVED:
        return [pattern]
    prefix, dots, rest = pattern.partition("...")
    if pattern.split("/")[0] not in (".", ".."):
        path = modules[module]
        if dots:
            return [pattern] if f"{path}/".startswith(prefix) or _is_in(prefix, path) else []
        of = max((p for p in modules.values() if _is_in(pattern, p)), key=len, default=None)
        return [pattern] if path == of else []
    prefix, _, stub = prefix.rpartition("/") if dots else (prefix, "", "")
    directory = os.path.normpath(os.path.join(start, prefix))
    below = f"{stub}{dots}{rest}"
    own = max((m for m in modules if _is_below(directory, m)), key=_depth, default=None)
    if module == own:
        path = os.path.relpath(directory, module)
        return ["/".join(part for part in (".", path if path != "." else "", below) if part)]
    if dots and _is_below(module, directory):
        return _of_nested(below, os.path.relpath(module, directory))
    return []


def _of_nested(pattern: str, directory: str) -> list[str]:
    """Return what a pattern is in a module below where it begins."""
    left = _left(pattern, f"{directory}/")
    if "..." in left:
        return ["./..."]
    root = ["."] if "" in _left(pattern, directory) else []
    return root + [f"./{rest}" for rest in sorted(left) if rest and rest[0] != "/"]


def matches(pattern: str, directory: str) -> bool:
    """Return whether a pattern of a module may stand for the package in one of its directories."""
    if pattern.split("/")[0] != ".":
        return True
    left = _left(f"{pattern}/", f"./{directory}/" if directory != "." else "./")
    return bool(left & {"", ".../"})


def may_want(blocks: Blocks, directory: str, function: str) -> bool:
    """Return whether a benchmark function is wanted, as far as its directory and name tell."""
    block = blocks.of(directory)
    inside = os.path.relpath(directory, block.dir)
    return (
        _is_below(directory, block.dir)
        and is_source_path(inside)
        and any(matches(pattern, inside) for pattern in block.packages)
        and re.search(block.benchmarks, f"Benchmark{function}") is not None
    )


def _left(pattern: str, text: str) -> set[str]:
    """Return what may be left of a pattern behind a text; ``...`` in it is any text."""

    def with_skipped(patterns: set[str]) -> set[str]:
        return patterns | {p[3:] for p in patterns if p.startswith("...")}

    left = with_skipped({pattern})
    for character in text:
        left = with_skipped(
            {p if p.startswith("...") else p[1:] for p in left if p.startswith(("...", character))}
        )
    return left


def _is_in(path: str, module: str) -> bool:
    return path == module or path.startswith(f"{module}/")


def _is_below(directory: str, other: str) -> bool:
    return os.path.relpath(directory, other).split("/")[0] != ".."


def _depth(directory: str) -> int:
    return 0 if directory == "." else 1 + directory.count("/")
