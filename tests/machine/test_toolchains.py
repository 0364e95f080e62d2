"""Which runtime a version of Go is."""

from __future__ import annotations

import pytest

from gopybench.machine import toolchains


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
