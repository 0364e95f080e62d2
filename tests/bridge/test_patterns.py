"""Patterns over several modules stand for what Go finds where the same packages are in one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from gopybench.asvdata.gosettings import Blocks, Settings
from gopybench.bridge import patterns

from ..conftest import BIN

PACKAGES = (
    *("", "x/bench", "sub", "sub/bench", "sub/deep/bench", "subway"),
    *("group/one", "group/one/p"),
)
MODULES = {
    ".": "example.com/m",
    "sub": "example.com/m/sub",
    "group/one": "example.com/m/group/one",
}


def make(path: Path, modules: Iterable[str]) -> Path:
    for package in PACKAGES:
        (path / package).mkdir(parents=True, exist_ok=True)
        (path / package / "p.go").write_text("package p\n")
    for module in modules:
        (path / module / "go.mod").write_text(f"module {MODULES[module]}\n\ngo 1.21\n")
    return path


def found(directory: Path, wanted: Iterable[str], top: Path) -> list[str]:
    run = subprocess.run(
        [BIN / "go", "list", "-e", "-f", "{{if not .Error}}{{.Dir}}{{end}}", *wanted],
        cwd=directory,
        env={**os.environ, "GOWORK": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local"},
        check=True,
        capture_output=True,
        text=True,
    )
    return [os.path.relpath(line, top) for line in run.stdout.split()]


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make(tmp_path_factory.mktemp("one"), ["."]), make(
        tmp_path_factory.mktemp("several"), MODULES
    )


@pytest.mark.parametrize(
    ("pattern", "start"),
    [
        ("./...", "."),
        (".", "."),
        ("./sub/...", "."),
        ("./sub", "."),
        ("./sub...", "."),
        ("./.../bench", "."),
        ("./group/...", "."),
        ("./...", "group"),
        ("../sub/deep/...", "group"),
        ("example.com/m/...", "."),
        ("example.com/m/sub/bench", "."),
        ("example.com/m/su...", "."),
        ("./nothing/...", "."),
    ],
)
def test_as_in_one_module(layouts: tuple[Path, Path], pattern: str, start: str) -> None:
    one, several = layouts
    expected = found(one / start, [pattern], one)
    have: list[str] = []
    for module in MODULES:
        if own := patterns.in_module(pattern, start, module, MODULES):
            here = found(several / module, own, several)
            have += here
            for directory in here:
                below = os.path.relpath(directory, module)
                assert any(patterns.matches(p, below) for p in own)
    assert sorted(have) == sorted(expected)
    assert bool(expected) == ("nothing" not in pattern)


@pytest.mark.parametrize(
    ("pattern", "own"),
    [
        ("./...", ["./group/..."]),
        ("./x", ["./group/x"]),
        (".", ["./group"]),
        ("../other", ["./other"]),
        ("../../out/...", []),
        ("/absolute/...", []),
        ("std", ["std"]),
    ],
)
def test_a_module_around_the_configured_directory(pattern: str, own: list[str]) -> None:
    assert patterns.in_module(pattern, "group", ".", {".": "example.com/m"}) == own


def test_which_functions_of_history_are_wanted() -> None:
    narrow = Settings(dir="go", packages=(".", "./x/..."), benchmarks="^BenchmarkA")
    blocks = Blocks((narrow, Settings(dir="go/sub")))
    for directory, function, wanted in (
        ("go", "A", True),
        ("go", "B", False),
        ("go/x/y", "A", True),
        ("go/y", "A", False),
        ("go/x/testdata/t", "A", False),
        ("go/sub/y", "B", True),
        (".", "A", False),
        ("gone", "A", False),
    ):
        assert patterns.may_want(blocks, directory, function) == wanted


def test_what_does_not_match() -> None:
    for pattern, directory in (("./sub", "."), (".", "sub"), ("./sub/...", "subway")):
        assert not patterns.matches(pattern, directory)
