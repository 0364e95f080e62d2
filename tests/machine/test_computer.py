"""What is told of made-up computers, and of this one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gopybench.machine import computer

CPUINFO = """processor	: 0
model name	: AMD EPYC
cpu family	: 25
model		: 1
stepping	: 1
microcode	: 0x1000065

processor	: 1
model name	: another
"""
ARM = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"


def made(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return root


def test_a_cpu_and_its_caches(tmp_path: Path) -> None:
    caches = ((1, "Data", "32K"), (1, "Instruction", "48K"), (3, "Unified", "32768K"))
    files = {"proc/cpuinfo": CPUINFO}
    for number, cache in enumerate(caches):
        for name, value in zip(("level", "type", "size"), cache):
            files[f"sys/devices/system/cpu/cpu0/cache/index{number}/{name}"] = str(value)
    assert computer.cpu(made(tmp_path, files)) == (
        "AMD EPYC (cpu family 25, model 1, stepping 1, microcode 0x1000065), "
        "caches L1d 32K L1i 48K L3 32768K"
    )


def test_a_cpu_without_a_name(tmp_path: Path) -> None:
    said = computer.cpu(made(tmp_path, {"proc/cpuinfo": ARM}))
    assert said.endswith("(CPU implementer 0x41, CPU part 0xd0c)")


def test_a_boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(computer.CAMPAIGN, raising=False)
    assert computer.boot(tmp_path) == ""
    made(tmp_path, {"proc/sys/kernel/random/boot_id": "93f78618-b8ba-4eac-a9a3-7ce0055ac053"})
    assert computer.boot(tmp_path) == "93f78618"
    monkeypatch.setenv(computer.CAMPAIGN, " the third ")
    assert computer.boot(tmp_path) == "the third"


def test_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(computer.CAMPAIGN, raising=False)
    assert re.fullmatch("[0-9a-f]{8}", computer.boot())
    assert computer.cpu()
    assert re.match(r"[0-9]+\.[0-9]+.* #", computer.kernel())
    assert re.fullmatch(r"glibc 2\.[0-9]+", computer.c_library())
