from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from gopybench.asvdata import gomodule, gosettings

from ..conftest import Project


def test_the_module_in_the_repository(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration may lie anywhere in the repository."""
    (project.path / "bench").mkdir()
    (project.path / "go").mkdir()
    monkeypatch.chdir(project.path / "bench")
    for repo, directory, expected in (
        ("..", "..", (".", project.path)),
        ("..", "../go", ("go", project.path / "go")),
        (str(project.path), "../go", ("go", project.path / "go")),
        (str(project.path), "../nothing", ("nothing", None)),
        ("https://example.com/repository", "go", ("go", None)),
        (str(project.home), "go", ("go", None)),
    ):
        found = gomodule.locate(SimpleNamespace(repo=repo), gosettings.Settings(dir=directory))
        assert found == expected


def test_the_modules_path(tmp_path: Path) -> None:
    assert gomodule.module_path(tmp_path) is None
    (tmp_path / "go.mod").write_text('// comment\nmodule "example.com/m" // it\n')
    assert gomodule.module_path(tmp_path) == "example.com/m"
