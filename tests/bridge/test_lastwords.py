"""The line that says why a program gave no value."""

from __future__ import annotations

import pytest

from gopybench.bridge.lastwords import LONGEST, failure, skipped

TRACEBACK = """working
Traceback (most recent call last):
  File "/home/joe/env/lib/asv/benchmark.py", line 99, in <module>
    main()
    ~~~~^^
KeyError: 'first'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/home/joe/benchmarks/m.py", line 3, in time_a
    open("/home/joe/data/deep/down.txt")
FileNotFoundError: [Errno 2] No such file or directory: '/home/joe/data/deep/down.txt'
"""
PIP = """STDOUT
  × Getting requirements to build wheel did not run successfully.
  ╰─> [9 lines of output]
      Traceback (most recent call last):
        File "/usr/lib/setup.py", line 3, in <module>
          import numpy
      ModuleNotFoundError: No module named 'numpy'
      [end of output]

note: This error originates from a subprocess, and is likely not a problem with pip.
error: subprocess-exited-with-error
"""
PANIC = """=== RUN
goroutine 1 [running]
panic: out of paper [recovered]
\tpanic: out of paper

goroutine 7 [running]:
main.main()
exit status 2
"""
FATAL = """--- FAIL: BenchmarkMany
    --- FAIL: BenchmarkMany/n=2
        m_test.go:12: preparing
        m_test.go:14: broken on \x1b[31mpurpose\x1b[0m
FAIL
exit status 1
"""
VERBOSE = """BenchmarkF/n=1
    m_test.go:4: one
    m_test.go:4: two
        three
--- FAIL: BenchmarkF/n=1
--- FAIL: BenchmarkF
FAIL
"""
COMPILER = """# example.com/m/broken [example.com/m/broken.test]
broken/b.go:3:17: undefined: undefinedThing
broken/b.go:9:1: missing return
FAIL\texample.com/m/broken [build failed]
"""
GCC = """gcc -c x.c
x.c:1:10: fatal error: Python.h: No such file or directory
compilation terminated.
error: command '/usr/bin/gcc' failed with exit code 1
"""


@pytest.mark.parametrize(
    ("output", "code", "words"),
    [
        (TRACEBACK, 1, "FileNotFoundError: [Errno 2] No such file or directory: '…/deep/down.txt'"),
        (PIP, 1, "ModuleNotFoundError: No module named 'numpy'"),
        (PANIC, 2, "panic: out of paper"),
        (FATAL, 1, "broken on purpose"),
        (COMPILER, 1, "broken/b.go:3:17: undefined: undefinedThing"),
        (GCC, 1, "error: command '…/bin/gcc' failed with exit code 1"),
        ("fatal error: asleep - deadlock!\n\ngoroutine 1", 2, "fatal error: asleep - deadlock!"),
        ("a\nlast words\n\n", 7, "last words"),
        ("", -9, "exit status -9"),
        ("\n---\n", 3, "exit status 3"),
        ("asv: setup_cache failed\n\n" + TRACEBACK + "\nasv: setup_cache failed (exit status 1)", 1,
         "setup_cache failed: FileNotFoundError: [Errno 2] No such file or directory: "
         "'…/deep/down.txt'"),
        ("x\n\nasv: failed to parse benchmark result: no", 0,
         "failed to parse benchmark result: no"),
        (VERBOSE, 1, "two"),
        ("--- FAIL: BenchmarkSilent\nFAIL\n", 1, "exit status 1"),
        ("ValueError: 0x7f00aa12 of https://a.b/c/d\0<b>", 1,
         "ValueError: 0x… of https://a.b/c/d\ufffd<b>"),
    ],
)  # fmt: skip
def test_the_line_that_says_it(output: str, code: int, words: str) -> None:
    assert failure(output, code) == words


def test_it_is_short() -> None:
    assert len(failure("ValueError: " + "long " * 1000)) == LONGEST
    assert failure("e" * 10**7).endswith("…")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("asv: skipped: NotImplementedError('no settings') \n", "no settings"),
        ('hello\nasv: skipped: NotImplementedError("it\'s no\\nsetting") \nbye', "it's no setting"),
        ("asv: skipped: NotImplementedError() ", ""),
        ("asv: skipped: SkipNotImplemented('a', 3) ", "a 3"),
        ("asv: skipped: Own(<object>) ", "<object>"),
        ("--- SKIP: BenchmarkA/n=2\n    a_test.go:5: not two\n", "not two"),
        (
            "BenchmarkA\n    a_test.go:5: not today\n        nor ever\n--- SKIP: BenchmarkA\n",
            "not today",
        ),
        ("--- SKIP: BenchmarkA\n", ""),
        ("panic: hm\nnot two", ""),
    ],
)
def test_why_it_was_skipped(output: str, words: str) -> None:
    assert skipped(output) == words
