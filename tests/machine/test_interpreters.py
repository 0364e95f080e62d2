from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import pytest

from gopybench.machine import interpreters

THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"


def program(path: Path, text: str = "#!/bin/sh\nexit 127\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def stands_for(path: Path, executable: str) -> Path:
    return program(path, f'#!/bin/sh\nexec "{executable}" "$@"\n')


class TestFind:
    def test_a_real_interpreter(self, tmp_path: Path) -> None:
        executable = stands_for(tmp_path / f"python{THIS}", sys.executable)
        found = interpreters.find(THIS, str(tmp_path))
        assert found.executable == str(executable)
        assert platform.python_version() in found.description

    def test_none(self, tmp_path: Path) -> None:
        with pytest.raises(
            interpreters.InterpreterNotFound, match=r"no python3\.99.*pyenv install"
        ):
            interpreters.find("3.99", str(tmp_path))

    @pytest.mark.parametrize(
        "content",
        ["#!/bin/sh\nexit 127\n", "not a program", "#!/bin/echo\n", "#!/bin/sh\nsleep 60\n"],
    )
    def test_one_that_does_not_run(
        self, tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(interpreters, "_PATIENCE", 1)
        program(tmp_path / "python3.12", content)
        with pytest.raises(interpreters.InterpreterNotFound, match="does not run"):
            interpreters.find("3.12", str(tmp_path))

    @pytest.mark.parametrize("spec", ["3.1", "3.99", f"{THIS}t", "pypy3"])
    def test_one_that_is_another(self, tmp_path: Path, spec: str) -> None:
        name = spec if spec.startswith("pypy") else f"python{spec}"
        stands_for(tmp_path / name, sys.executable)
        with pytest.raises(interpreters.InterpreterNotFound, match=r"is CPython 3\."):
            interpreters.find(spec, str(tmp_path))


class TestWithoutShims:
    def test_a_user_without_pyenv(self) -> None:
        path = os.pathsep.join(["/usr/local/bin", "/usr/bin"])
        assert interpreters.without_shims(path) == path

    def test_shims_that_stand_for_nothing(self) -> None:
        assert interpreters.without_shims("/nowhere/shims:/bin") == "/nowhere/shims:/bin"

    def test_pyenvs_versions_take_the_shims_place(self, tmp_path: Path) -> None:
        others = ("pypy3.10-7.3.12", "3.13.2t", "3.15-dev")
        for version in ("3.9.18", "3.10.2", "3.10.13", *others):
            program(tmp_path / "versions" / version / "bin/python3.10")
        program(tmp_path / "versions/of-a-project/bin/python3.10")
        (tmp_path / "versions/of-a-project/pyvenv.cfg").touch()
        (tmp_path / "versions/3.8.1").mkdir()
        program(tmp_path / "shims/python3.10")
        path = interpreters.without_shims(f"/first:{tmp_path}/shims:/last")
        assert path.split(":")[:-3] == [
            "/first",
            *(f"{tmp_path}/versions/{v}/bin" for v in ("3.10.13", "3.10.2", "3.9.18")),
            "/last",
        ]
        assert {Path(p).parent.name for p in path.split(":")[-3:]} == set(others)

    def test_a_shim_that_fails_is_passed_by(self, tmp_path: Path) -> None:
        program(tmp_path / f"shims/python{THIS}")
        stands_for(tmp_path / f"versions/{THIS}.0/bin/python{THIS}", sys.executable)
        with pytest.raises(interpreters.InterpreterNotFound):
            interpreters.find(THIS, f"{tmp_path}/shims")
        assert interpreters.find(THIS, interpreters.without_shims(f"{tmp_path}/shims"))
