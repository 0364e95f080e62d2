"""What is said of a machine: of made-up ones, and of this one while something else runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from gopybench.machine import doctor

from ..conftest import GO, Project


def advice(root: Path, **files: str) -> dict[str, str]:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return {f.what: f.advice for f in doctor.examine(root, watch=0)}


CPU = "sys__devices__system__cpu__"


@pytest.mark.parametrize(
    ("name", "text", "what", "calm"),
    [
        (f"{CPU}cpu0__cpufreq__scaling_governor", "powersave", "CPU frequency", "performance"),
        (f"{CPU}intel_pstate__no_turbo", "0", "turbo", "1"),
        (f"{CPU}cpufreq__boost", "1", "turbo", "0"),
        (f"{CPU}smt__active", "1", "hyper-threading", "0"),
        ("sys__fs__cgroup__cpu.max", "150000 100000", "CPU quota", "max 100000"),
        (
            "sys__kernel__mm__transparent_hugepage__enabled",
            "[always] madvise never",
            "huge pages",
            "always [madvise] never",
        ),
    ],
)
def test_what_is_found_and_what_to_do(
    tmp_path: Path, name: str, text: str, what: str, calm: str
) -> None:
    assert advice(tmp_path, **{name: text})[what]
    assert not advice(tmp_path, **{name: calm}).get(what)


def test_a_quota_of_older_control_groups(tmp_path: Path) -> None:
    old = "sys__fs__cgroup__cpu__cpu.cfs_"
    files = {f"{old}quota_us": "50000", f"{old}period_us": "100000"}
    assert "CPU quota" in advice(tmp_path, **files)
    assert "CPU quota" not in advice(tmp_path, **{f"{old}quota_us": "-1"})


def test_isolated_cores(tmp_path: Path) -> None:
    assert (
        "--cpu-affinity 900-901"
        in advice(tmp_path, **{f"{CPU}isolated": "900-901"})["isolated cores"]
    )
    assert advice(tmp_path, **{f"{CPU}isolated": ""})["isolated cores"] == ""


def test_without_valgrind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "install" in advice(tmp_path)["valgrind"]


def test_where_nothing_is_told(tmp_path: Path) -> None:
    assert "CPU frequency" in advice(tmp_path)


def test_a_busy_process_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    # Five are named at most, and this machine may have busier ones.
    monkeypatch.setattr(psutil, "process_iter", lambda: [psutil.Process(busy.pid)])
    try:
        found = {f.what: f for f in doctor.examine(watch=2)}["other processes"]
    finally:
        busy.kill()
        busy.wait()
    assert f"({busy.pid}, " in found.found
    assert "end them" in found.advice


def test_the_command_tells_the_runtimes_too(project: Project) -> None:
    config = project.json("asv.conf.json")
    project.write("asv.conf.json", {**config, "pythons": [GO]})
    said = project.run("gopybench", "doctor").stdout
    assert "other processes: " in said
    assert f"\n{GO} " in said
