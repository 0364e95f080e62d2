"""What asv.conf.json has done before Go builds, and what is said when it fails."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asv import util

from gopybench.asvdata import gosettings
from gopybench.bridge import buildcommand

from ..conftest import GO, make_go_project
from ..go_module import QUICK, source, values


@pytest.mark.parametrize(
    ("asvs", "pythons", "block", "commands"),
    [
        (None, [GO], {}, []),
        (["make"], [GO, "go1.21"], {}, ["make"]),
        ("make", [GO], {}, ["make"]),
        # Beside Python asv's are Python's.
        (["python -m build"], [GO, "3.13"], {}, []),
        (["python -m build"], [GO, "3.13"], {"build_command": ["make"]}, ["make"]),
        (["python -m build"], [GO], {"build_command": []}, []),
    ],
)
def test_which_commands(
    asvs: Any, pythons: list[str], block: dict[str, Any], commands: list[str]
) -> None:
    conf = SimpleNamespace(build_command=asvs, pythons=pythons, go=block)
    assert buildcommand.configured(conf, gosettings.load(conf).blocks) == {".": commands}


def test_blocks_have_their_own() -> None:
    go = [{"dir": "a"}, {"dir": "b", "build_command": ["make"]}]
    conf = SimpleNamespace(build_command=["touch x"], pythons=[GO], go=go)
    found = buildcommand.configured(conf, gosettings.load(conf).blocks)
    assert found == {"a": [], "b": ["make"]}


def run(*commands: str, directory: Path, timeout: float = 60, **env: str) -> None:
    written = [util.interpolate_command(command, {}) for command in commands]
    buildcommand.run(written, directory, {"PATH": "/usr/bin:/bin", **env}, timeout)


def test_asvs_way_to_write_them(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    run(
        "A=2 sh -c 'echo $A $B > out'",
        f"in-dir={tmp_path}/sub touch here",
        "return-code=any false",
        "return-code=1 false",
        directory=tmp_path,
        A="1",
        B="3",
    )
    assert (tmp_path / "out").read_text() == "2 3\n"
    assert (tmp_path / "sub/here").exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("sh -c 'echo lost; echo more >&2; exit 3'", "ended with exit status 3\nlost\nmore"),
        ("no-such-program", "ended with exit status 127\n[Errno 2] No such file or directory: "),
        ("in-dir=/no/where true", "ended with exit status 127\n[Errno 2] No such file"),
        ("sleep 60", "build_command: sleep 60 took more than 0.3 seconds (install_timeout)"),
    ],
)
def test_one_that_fails(
    tmp_path: Path, command: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(util.ProcessError):
        run(command, "touch after", directory=tmp_path, timeout=0.3)
    assert not (tmp_path / "after").exists()
    assert said in caplog.text


def test_files_that_are_generated(tmp_path: Path) -> None:
    """They are there when a commit is built, and when its build comes from the cache."""
    made = """
//go:generate sh gen.sh

func BenchmarkMade(b *testing.B) {
	if text, _ := os.ReadFile("made.txt"); string(text) != Made {
		b.Fatalf("%q", text)
	}
}
"""
    project = make_go_project(
        tmp_path / "p",
        {
            "m.go": "package m\n",
            "m_test.go": source("m", made, imports=("os",)),
            "gen.sh": "echo 'package m; const Made = \"good\"' > made.go; printf good > made.txt\n",
        },
        go={"build_command": ["go generate ./..."]},
    )
    project.write(".gitignore", ".asv\nresults\nmade.*\n")
    good = project.commit("Good")
    project.write("gen.sh", "echo no ink; exit 5\n")
    bad = project.commit("Bad")
    run = project.run("asv", "run", "ALL", *QUICK, code=2)
    assert values(project, good)["m.Made.time_made"][0] > 0
    assert values(project, bad)["m.Made.time_made"] == [None]
    assert "build_command: go generate ./... ended with exit status 1" in run.stdout + run.stderr
    assert "no ink" in run.stdout + run.stderr
    run = project.run("asv", "run", f"{good}^!", *QUICK)
    assert "Building 0" not in run.stdout
    assert values(project, good)["m.Made.time_made"][0] > 0
