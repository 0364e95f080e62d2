"""Which runtime a version of Go is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gopybench.machine import toolchains


def test_a_go_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "go").write_text("#!/bin/sh\nsleep 60\n")
    (tmp_path / "go").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(toolchains, "_PATIENCE", 0.2)
    with pytest.raises(toolchains.ToolchainNotFound, match="go does not run; install Go"):
        toolchains.on_path()


class TestRuntimeOf:
    @pytest.mark.parametrize(
        ("version", "runtime"),
        [
            ("go1.27.3", "go1.27"),
            ("1.27", "go1.27"),
            ("go1.28rc1", "go1.28rc1"),
            ("go version go1.27.3 linux/amd64", "go1.27"),
            ("go1.27.3 X:loopvar", "go1.27.3-X-loopvar"),
            ("devel go1.28-abc123 Mon Nov 2 linux/amd64", "go1.28-abc123"),
            ("go1.28-devel_a/../b", "go1.28-devel-a-..-b"),
        ],
    )
    def test_names(self, version: str, runtime: str) -> None:
        assert toolchains.runtime_of(version) == runtime

    def test_a_patch_release_that_is_configured(self) -> None:
        assert toolchains.runtime_of("1.27.3", ["go1.27.3"]) == "go1.27.3"

    @pytest.mark.parametrize("version", ["", "python3", "go", "go1", "1.27/../..", "../go1.27"])
    def test_what_is_no_version(self, version: str) -> None:
        with pytest.raises(ValueError, match="not a Go version"):
            toolchains.runtime_of(version)
