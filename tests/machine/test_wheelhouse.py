"""Environments from one folder of wheels: what pip is asked for, and what is said if it cannot."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from asv.config import Config
from asv.console import log
from asv.plugins.virtualenv import Virtualenv
from asv.util import ProcessError, UserError

from gopybench.machine.wheelhouse import Packages, Wheelhouse, environment_class, read_packages

from ..conftest import Project, make_project

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
NO_NETWORK = "WARNING: Retrying (Retry(total=0)) after connection broken\n"


class Pip:
    """In the place of pip: knows an index, the folder's wheels and what it installed."""

    def __init__(self, folder: Path, *index: str, words: str = "") -> None:
        self.folder = folder
        self.index = set(index)
        self.words = words
        self.calls: list[str] = []
        self.installed: set[str] = set()

    def __call__(self, arguments: Sequence[str]) -> None:
        command, *rest = arguments
        self.calls.append(command)
        asked = [part for part in rest if "==" in part]
        if command == "install":
            assert "--no-index" in rest
            known = {path.name.removesuffix(".whl") for path in self.folder.glob("*.whl")}
        else:
            known = self.index
        for requirement in asked:
            if requirement not in known:
                words = f"{self.words}ERROR: No matching distribution found for {requirement}\n"
                raise ProcessError(["pip"], 1, "", words)
            if command == "install":
                self.installed.add(requirement)
            else:
                (Path(rest[rest.index("-w") + 1]) / f"{requirement}.whl").touch()


def house(pip: Pip) -> Wheelhouse:
    return Wheelhouse(pip.folder, "cpython-313", pip)


def test_wheels_are_fetched_once_and_each_environment_takes_one_call(tmp_path: Path) -> None:
    pip = Pip(tmp_path, "a==1", "b==2")
    assert house(pip).install(["a==1"], ["b==2"]) == {}
    assert pip.calls == ["wheel", "install"]
    # Whatever the index has by now.
    pip.index.clear()
    assert house(pip).install(["a==1"], ["b==2"]) == {}
    assert pip.calls == ["wheel", "install", "install"]
    assert pip.installed == {"a==1", "b==2"}


def test_what_cannot_be_had_is_named_and_not_asked_for_again(tmp_path: Path) -> None:
    pip = Pip(tmp_path, "a==1", "c==3")
    for _ in range(2):
        lacking = house(pip).install(["a==1"], ["b==2", "c==3"])
        assert lacking == {"b==2": "No matching distribution found for b==2"}
        assert pip.installed == {"a==1", "c==3"}
    assert pip.calls.count("wheel") == 4  # all at once, then one by one


def test_what_is_needed_and_cannot_be_had_is_an_error(tmp_path: Path) -> None:
    pip = Pip(tmp_path, "b==2")
    with pytest.raises(UserError, match="cannot get a==1: No matching distribution"):
        house(pip).install(["a==1"], ["b==2"])
    assert not pip.installed


def test_without_a_network_nothing_counts_as_lacking(tmp_path: Path) -> None:
    pip = Pip(tmp_path, "a==1", words=NO_NETWORK)
    with pytest.raises(UserError, match="cannot get b==2: pip cannot reach its package index"):
        house(pip).install(["a==1"], ["b==2"])
    pip.index.add("b==2")
    assert house(pip).install(["a==1"], ["b==2"]) == {}


def test_wheels_that_someone_removed_are_fetched_again(tmp_path: Path) -> None:
    pip = Pip(tmp_path, "a==1", "b==2")
    house(pip).install(["a==1"], ["b==2"])
    (tmp_path / "b==2.whl").unlink()
    assert house(pip).install(["a==1"], ["b==2"]) == {}
    assert (tmp_path / "b==2.whl").exists()


def test_a_file_of_packages(tmp_path: Path) -> None:
    file = tmp_path / "packages.txt"
    file.write_text("# these\n--only-binary a,b\na==1 # one\n\nb==2; python_version < '3.9'\n")
    wanted = Packages(("a==1", "b==2; python_version < '3.9'"), ("--only-binary", "a,b"))
    assert read_packages(file) == wanted
    file.write_text("a==1\nb = 2\n")
    with pytest.raises(UserError, match=r"packages\.txt:2: not a requirement: b = 2"):
        read_packages(file)
    with pytest.raises(UserError, match=r"cannot read .*none\.txt"):
        read_packages(tmp_path / "none.txt")


def wheel(directory: Path, name: str) -> None:
    """Write the wheel of a package that is one module."""
    directory.mkdir(exist_ok=True)
    with zipfile.ZipFile(directory / f"{name}-1-py3-none-any.whl", "w") as file:
        info = f"{name}-1.dist-info"
        file.writestr(f"{name}.py", "")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        tag = "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        file.writestr(f"{info}/WHEEL", tag)
        file.writestr(f"{info}/RECORD", f"{name}.py,,\n")


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose environments are made from wheels that lie in a folder, and no index."""
    project = make_project(tmp_path / "p")
    for name in ("asv_runner", "pympler", "one", "two"):
        wheel(project.path / "index", name)
    project.write("packages.txt", "one==1\ntwo==1; python_version < '3'\nthree==1\n")
    monkeypatch.chdir(project.path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(project.path / "index"))
    return project


def environment(requirements: dict[str, str] | None = None, **changed: Any) -> Any:
    wheelhouse = {"dir": "wheels", "packages": "packages.txt"}
    conf = Config.from_json(
        {
            **{"version": 1, "project": "p", "repo": ".", "env_dir": "env"},
            **{"build_command": ["true"], "wheelhouse": wheelhouse, **changed},
        }
    )
    made = environment_class(Virtualenv, conf)
    return made(conf, changed.get("python", PYTHON), requirements or {}, {})


def test_an_environment_of_asv(offline: Project, capfd: pytest.CaptureFixture[str]) -> None:
    log.enable()
    env = environment({"pip+pympler": "1"})
    assert env.name == f"virtualenv-py{PYTHON}"
    env.create()
    env.run(["-c", "import one, asv_runner, pympler"])
    with pytest.raises(ProcessError):
        env.run(["-c", "import two"], display_error=False)
    said = "".join(capfd.readouterr())
    assert f"virtualenv-py{PYTHON} has no three==1, so what needs it is n/a: " in said

    # It is there, until other packages are asked for.
    assert environment({"pip+pympler": "1"}).check_presence()
    offline.write("packages.txt", "two==1\n")
    assert not environment({"pip+pympler": "1"}).check_presence()


def test_pympler_is_left_out_on_pypy_alone(
    offline: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Virtualenv, "_find_python", staticmethod(lambda _: sys.executable))
    assert "pympler" in environment()._own_requirements()
    assert environment(python="pypy3")._own_requirements() == ["asv_runner"]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("wheels", '"wheelhouse" is \'wheels\', but should be {"dir"'),
        ({"dir": "wheels"}, '"wheelhouse" is'),
        ({"dir": "wheels", "packages": "none.txt"}, "cannot read none.txt"),
    ],
)
def test_what_is_wrong_is_named(offline: Project, block: Any, message: str) -> None:
    with pytest.raises(UserError) as error:
        environment(wheelhouse=block)
    assert message in str(error.value)


def test_pips_options_in_the_matrix_are_refused(offline: Project) -> None:
    with pytest.raises(UserError, match=r'one of "matrix" has --pre'):
        environment({"pip+one": "--pre 1"}).create()


def test_without_the_block_an_environment_is_asvs_own() -> None:
    assert environment_class(Virtualenv, Config()) is Virtualenv
