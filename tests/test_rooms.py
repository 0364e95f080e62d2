"""Rules of the package's rooms that no linter has."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from .conftest import ROOT

MODULES = sorted((ROOT / "gopybench").rglob("*.py"))

# A module of more lines does two jobs.
MAX_LINES = 330


def test_no_two_modules_have_one_name() -> None:
    names = Counter(path.stem for path in MODULES if path.stem not in ("__init__", "plugin"))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
class TestModule:
    def test_it_is_short(self, path: Path) -> None:
        assert len(path.read_text().splitlines()) <= MAX_LINES

    def test_it_leaves_asv_as_it_is(self, path: Path) -> None:
        """Only one module puts something in the place of asv's functions."""
        if path.parent.name == "bridge" and path.stem == "patches":
            pytest.skip("this is the one")
        tree = ast.parse(path.read_text())
        of_asv = {
            (alias.asname or alias.name).split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
            if f"{getattr(node, 'module', None) or alias.name}".startswith("asv")
        }
        replaced = [
            ast.unparse(target)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for listed in node.targets
            for target in (listed.elts if isinstance(listed, ast.Tuple) else [listed])
            if isinstance(target, ast.Attribute) and ast.unparse(target).split(".")[0] in of_asv
        ]
        assert replaced == []
