from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from asv.util import UserError

from gopybench.asvdata import gomodule, gosettings
from gopybench.asvdata.mapping import Module

from ..conftest import Project


def blocks(*dirs: str) -> gosettings.Blocks:
    return gosettings.Blocks(tuple(gosettings.Settings(dir=d) for d in dirs))


def test_the_module_in_the_repository(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration may lie anywhere in the repository."""
    (project.path / "bench").mkdir()
    (project.path / "go").mkdir()
    monkeypatch.chdir(project.path / "bench")
    for repo, directory, expected in (
        ("..", "..", (".", project.path, True)),
        (".", "..", (".", project.path, True)),
        ("..", "../go", ("go", project.path, True)),
        (str(project.path), "../go", ("go", project.path, True)),
        (str(project.path), "../nothing", ("nothing", project.path, False)),
        ("https://example.com/repository", "go", ("go", None, False)),
        (str(project.home), "go", ("go", None, False)),
    ):
        found = gomodule.locate(SimpleNamespace(repo=repo), blocks(directory))
        assert (found.own, found.root, found.is_here) == expected
        (block,) = found.blocks.blocks
        assert (block.dir, block.from_commit) == (found.own, not found.is_here)


@pytest.mark.parametrize("directory", ["/", "{}/go", "..", "../go", "go/../.."])
def test_a_directory_outside_the_measured_repository(
    project: Project, monkeypatch: pytest.MonkeyPatch, directory: str
) -> None:
    """It would be measured in place of the commit's."""
    monkeypatch.chdir(project.path)
    wanted = blocks(directory.format(project.path))
    for repo in ("https://example.com/repository", str(project.home)):
        with pytest.raises(UserError, match=r'^asv.conf.json: "dir" of "go" is .* not in the meas'):
            gomodule.locate(SimpleNamespace(repo=repo), wanted)


def test_the_modules_path(tmp_path: Path) -> None:
    assert gomodule.module_path(tmp_path) is None
    (tmp_path / "go.mod").write_text('// comment\nmodule "example.com/m" // it\n')
    assert gomodule.module_path(tmp_path) == "example.com/m"


def write_modules(root: Path, modules: dict[str, str]) -> None:
    for directory, path in modules.items():
        (root / directory).mkdir(parents=True, exist_ok=True)
        (root / directory / "go.mod").write_text(f"module {path}\n")


def test_the_modules_below(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those in which Go would look for packages, and of this repository alone."""
    not_measured = (
        "testdata/t",
        "_old",
        ".asv/e/project",
        "vendor/v",
        "a/node_modules/n",
        "venv/x",
    )
    for directory in (*not_measured, "env/e/project", "third/party"):
        write_modules(project.path, {directory: "example.com/no"})
    (project.path / "venv/pyvenv.cfg").touch()
    (project.path / "env/e/project/.git").mkdir()
    (project.path / "third/party/.git").write_text("gitdir: ../../.git/modules/party\n")
    write_modules(project.path, {"a": "example.com/m/a", "go/b/v2": "example.com/b/v2"})
    (project.path / "a/deep").mkdir()
    monkeypatch.chdir(project.path)

    def found(*dirs: str) -> list[Module]:
        return gomodule.locate(SimpleNamespace(repo="."), blocks(*dirs)).modules()

    m, a = Module("example.com/m"), Module("example.com/m/a", "a")
    b = Module("example.com/b/v2", "go.b.v2")
    assert found(".") == [m, a, b]
    # Alone, a module has the names that it would have as a repository's only one.
    assert found("a") == [Module(a.path)]
    # Where a directory is none, its packages are those of the module around it.
    assert found("a/deep") == [Module(a.path)]
    assert found("go") == [m, b]
    assert found("a", "go") == [a, m, b]
    assert found("go", "a/deep") == [m, b, a]


def test_which_module_is_the_projects_own(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_modules(project.path, {"a": "example.com/m/a"})
    monkeypatch.chdir(project.path)
    conf = SimpleNamespace(repo=".")
    own, a = Module("example.com/m"), Module("example.com/m/a", "a")
    for given, expected in (
        (None, [own, a]),
        ("example.com/m/", [own, a]),
        ("example.com/m/a", [own, a]),
        ("example.com/before", [Module("example.com/before"), a]),
    ):
        assert gomodule.modules(conf, given) == expected
