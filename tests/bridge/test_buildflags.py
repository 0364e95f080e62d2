"""The build flags that are noted: of a profile what is in it."""

from __future__ import annotations

from pathlib import Path

from gopybench.asvdata.gosettings import Blocks, Settings
from gopybench.bridge import buildflags


def noted(root: Path, *flags: str, goflags: str = "") -> tuple[str, str]:
    found = buildflags.noted(Blocks((Settings(build_flags=flags),)), goflags, root)
    return found["flags"], found["GOFLAGS"]


def test_a_profile_is_noted_by_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.pgo").write_bytes(b"one")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/b.pgo").write_bytes(b"one")
    first, _ = noted(tmp_path, "-tags=x", "-pgo=a.pgo")
    assert first == "-tags=x -pgo=sha256:7692c3ad3540"
    # Wherever it is, and however that is written.
    assert noted(tmp_path, "-tags=x", "-pgo", f"{tmp_path}/sub/b.pgo")[0] == first
    assert noted(tmp_path, goflags="-pgo=sub/b.pgo -mod=mod") == (
        "",
        "-pgo=sha256:7692c3ad3540 -mod=mod",
    )
    (tmp_path / "a.pgo").write_bytes(b"other")
    assert noted(tmp_path, "-tags=x", "-pgo=a.pgo")[0] != first


def test_what_is_no_file(tmp_path: Path) -> None:
    flags = ("-pgo=off", "-gcflags", "all=-N -l", "-pgo=auto", "-pgo=/no/where.pgo", "-pgo")
    said, _ = noted(tmp_path, *flags)
    assert said == "-pgo=off -gcflags all=-N -l -pgo=auto -pgo=where.pgo -pgo="


def test_each_block_has_its_own(tmp_path: Path) -> None:
    blocks = [Settings(dir="a", build_flags=("-race",)), Settings(dir="b"), Settings(dir="c")]
    assert buildflags.noted(Blocks((*blocks, blocks[0])), "", tmp_path)["flags"] == "-race"
