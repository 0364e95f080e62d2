from __future__ import annotations

import pytest

from gopybench.turns.sides import reason

PANIC = """goroutine 7 [running]:
panic: out of paper

goroutine 7 [running]:
example.com/m.Work()
\t/tmp/work.go:3 +0x25
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", ""),
        ("Traceback\n  File x\nValueError: no\n", "ValueError: no"),
        (
            "# m/a\nfound a and zzz\nFAIL\tm/a [setup failed]\nFAIL",
            "found a and zzz",
        ),
        ("m_test.go:9: undefined: New\ntoo many errors", "m_test.go:9: undefined: New"),
        ("x_test.go:3: on purpose\n--- FAIL: BenchmarkX", "x_test.go:3: on purpose"),
        (PANIC, "panic: out of paper"),
        (
            PANIC + "\nasv: benchmark timed out (timeout 2s)\n",
            "asv: benchmark timed out (timeout 2s)",
        ),
        ("FAIL", "FAIL"),
    ],
)
def test_why_something_failed(words: str, said: str) -> None:
    assert reason(words) == said
