"""Test binaries that Go built: what stops one."""

from __future__ import annotations

import os
import subprocess

import pytest

from gopybench.bridge import testbinary

from ..conftest import BIN
from ..go_module import source

ODD = source(
    "m",
    """
func TestMain(m *testing.M) {
	for os.Getenv("LATE") != "" {
		fmt.Println("BenchmarkLate")
		time.Sleep(1e7)
	}
	os.Exit(m.Run())
}

func BenchmarkEndless(b *testing.B) {
	for i := 0; ; i++ {
		b.Run(fmt.Sprint("n=", i), func(b *testing.B) { b.Skip() })
	}
}

func BenchmarkEchoes(b *testing.B) {
	for {
		fmt.Println("BenchmarkEchoes")
		time.Sleep(1e7)
	}
}
""",
    imports=("fmt", "os", "time"),
)


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> testbinary.TestBinary:
    directory = tmp_path_factory.mktemp("m")
    (directory / "go.mod").write_text("module example.com/m\n\ngo 1.21\n")
    (directory / "m_test.go").write_text(ODD)
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": ""}
    subprocess.run([BIN / "go", "test", "-c"], cwd=directory, env=environment, check=True)
    return testbinary.TestBinary(directory / "m.test", directory, environment)


def test_a_function_that_makes_sub_benchmarks_for_ever(
    binary: testbinary.TestBinary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testbinary, "MAX_NAMES", 100)
    run = binary.run("Endless", "-test.benchtime=1x", timeout=60)
    assert run.outcome.stopped
    assert 100 < len(run.names) < 10_000


def test_a_name_that_it_prints_again_is_no_sign_of_life(binary: testbinary.TestBinary) -> None:
    run = binary.run("Echoes", "-test.benchtime=1x", timeout=1)
    assert run.outcome.timed_out
    assert list(run.names) == ["Echoes"]


def test_it_never_gets_to_its_list(binary: testbinary.TestBinary) -> None:
    late = testbinary.TestBinary(binary.path, binary.cwd, {**binary.env, "LATE": "1"})
    with pytest.raises(ValueError, match="it was not done after 1 s"):
        late.functions(".", 1)
    assert binary.functions(".", 60) == ["Endless", "Echoes"]
