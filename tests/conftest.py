"""Scratch projects that the tests run the real commands in."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from gopybench.machine import machinelock, toolchains

from . import commands
from .compiled import build

# Several tests measure at once: it is no matter to them what the values are.
os.environ.setdefault(machinelock.LOCK, machinelock.NONE)

# No example fails because the machine is busy.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

# Tests interrupt what they start; a run in the background would have it ignore that.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent

# What every test's home shares.
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))

# The Go that is installed beside this Python, as results call it, and where it is. What
# pip puts on PATH starts Python to start it, which takes longer than most of what Go does.
_VERSION, _GOROOT = subprocess.run(
    [BIN / "go", "env", "GOVERSION", "GOROOT"], check=True, capture_output=True, text=True
).stdout.split()
GO = toolchains.runtime_of(_VERSION)


@dataclass
class Project:
    """A directory with a git repository, an asv project and a home of its own."""

    path: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return {
            **kept,
            "HOME": str(self.home),
            "PATH": os.pathsep.join([f"{_GOROOT}/bin", str(BIN), os.environ["PATH"]]),
            "GOTOOLCHAIN": "local",
            "GOCACHE": os.environ.get("GOCACHE", str(CACHE / "go-build")),
            "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(CACHE / "pip")),
            # pip and setuptools are unpacked once, and every environment has links to them.
            "VIRTUALENV_OVERRIDE_APP_DATA": str(CACHE / "virtualenv-of-tests"),
            "VIRTUALENV_SYMLINK_APP_DATA": "true",
            # What is imported is compiled then.
            "PIP_NO_COMPILE": "1",
            "GIT_AUTHOR_NAME": "A Tester",
            "GIT_AUTHOR_EMAIL": "tester@example.com",
            "GIT_COMMITTER_NAME": "A Tester",
            "GIT_COMMITTER_EMAIL": "tester@example.com",
        }

    def run(
        self,
        *command: str | Path,
        input: str | bytes | None = None,
        cwd: Path | None = None,
        code: int | None = 0,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command here; fail the test unless it ends with *code* (None: any)."""
        words, cwd = [str(part) for part in command], cwd or self.path
        given = input.encode() if isinstance(input, str) else input
        if commands.is_known(words[0]):
            run = commands.run(words, cwd, self.environment, given or b"")
        else:
            run = subprocess.run(
                words, cwd=cwd, env=self.environment, input=given, capture_output=True
            )
        done = subprocess.CompletedProcess(
            run.args,
            run.returncode,
            run.stdout.decode(errors="replace"),
            run.stderr.decode(errors="replace"),
        )
        assert "Traceback" not in done.stderr + done.stdout, done.stderr + done.stdout
        if code is not None:
            assert done.returncode == code, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def import_go(
        self, text: str | bytes, *options: str, code: int | None = 0
    ) -> subprocess.CompletedProcess[str]:
        return self.run("gopybench", "import-go", *options, input=text, code=code)

    def commit(self, message: str = "Change") -> str:
        """Commit everything and return the hash."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "--allow-empty", "-m", message)
        return self.run("git", "rev-parse", "HEAD").stdout.strip()

    def json(self, path: str) -> Any:
        return json.loads((self.path / path).read_text())

    def write(self, path: str, contents: Any) -> None:
        """Write a file: text as it is, all else as JSON."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(contents if isinstance(contents, str) else json.dumps(contents))

    def results(self, commit: str, environment: str) -> dict[str, dict[str, Any]]:
        """Return asv's results file of a commit, each benchmark as a dictionary."""
        data = self.json(f"results/box/{commit[:8]}-{environment}.json")
        columns = data["result_columns"]
        return {name: dict(zip(columns, row)) for name, row in data["results"].items()}

    def files(self) -> dict[str, bytes]:
        """Return the whole of results/."""
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in sorted((self.path / "results").rglob("*"))
            if path.is_file()
        }


def make_project(path: Path) -> Project:
    home = path.parent / (path.name + "-home")
    home.mkdir()
    (home / ".asv-machine.json").write_text(
        json.dumps({"box": {"machine": "box", "os": "Linux", "cpu": "c"}, "version": 1})
    )
    path.mkdir(exist_ok=True)
    project = Project(path, home)
    project.run("git", "init", "-q", "-b", "main")
    return project


CONFIG = {
    "version": 1,
    "project": "scratch",
    "repo": ".",
    "branches": ["HEAD"],
    "environment_type": "virtualenv",
    "pythons": ["3.13"],
    "plugins": [".gopybench.bridge.plugin"],
    "go": {"dir": "."},
}


def make_go_project(path: Path, files: dict[str, str], **config: Any) -> Project:
    """An asv project that measures a Go module and no Python, not committed."""
    project = make_project(path)
    project.write("asv.conf.json", {**CONFIG, "pythons": [GO], "env_dir": ".asv", **config})
    project.write(".gitignore", ".asv\nresults\nhtml\n")
    project.write("benchmarks/__init__.py", "")
    for name, text in {"go.mod": "module example.com/m\n\ngo 1.21\n", **files}.items():
        project.write(name, text)
    return project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An asv project with two commits and a Go module, nothing measured yet."""
    project = make_project(tmp_path / "project")
    (project.path / "asv.conf.json").write_text(json.dumps(CONFIG))
    (project.path / "go.mod").write_text("module example.com/m // the module\n\ngo 1.21\n")
    (project.path / "benchmarks").mkdir()
    (project.path / "benchmarks/__init__.py").touch()
    project.commit("One")
    project.commit("Two")
    return project


@pytest.fixture(scope="session")
def gopybench_clone(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """This project as it stands in the working tree, in a repository of its own, unmeasured."""
    project = make_project(tmp_path_factory.mktemp("clone") / "gopybench")
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listing.stdout.splitlines():
        if name.startswith("results/") or not (ROOT / name).exists():
            continue
        target = project.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    project.commit("The project as it is")
    return project


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with gopybench as it is built where Cython is: its subject compiled.

    The processes that share the tests share it.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with FileLock(shared / "compiled.lock"):
        if not (shared / "built/compiled").exists():
            (shared / "built").mkdir()
            build(sys.executable, shared / "built")
    return shared / "built/compiled"
