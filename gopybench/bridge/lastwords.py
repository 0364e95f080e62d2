"""What a program printed that gave no value -> one line that says why, for people."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

# In characters; what is longer is cut.
LONGEST = 200

# What asv's runner says of NotImplementedError.
_SKIPPED = re.compile(r"asv: skipped: \w*\((.*)\)\s*$")
_SETUP_CACHE = "asv: setup_cache failed"

_TRACEBACK = "Traceback (most recent call last):"
_PANIC = re.compile(r"panic: |fatal error: ")
# What was logged in a Go benchmark, below its name.
_LOGGED = re.compile(r"\s*\S+\.go:[0-9]+: (.*\S)")
# What Go says of a package or a benchmark.
_FRAMEWORK = re.compile(r"# |\s*--- [A-Z]+: |(FAIL|PASS)\b|exit status ")
_ERROR = re.compile(r"(?i)(\w*error|fatal)\b.*:")

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
# What is other each time the same is said, and where things lie on one machine.
_ADDRESS = re.compile(r"\b0x[0-9a-f]{4,}\b")
_DIRECTORIES = re.compile(r"(?<![\w./:])/(?:[^\s/'\":]+/)+(?=[^\s/'\":]+/[^\s/'\":]+)")


class NotAvailable(Exception):
    """A benchmark has no value, which is no failure; the message says why.

    Attributes:
        output: what the program printed.
    """

    def __init__(self, message: str, output: str = "") -> None:
        """Take the message and the output."""
        super().__init__(message)
        self.output = output


def failure(output: str, code: int = 0) -> str:
    """Return why a program failed, of what it printed and its exit code."""
    lines = [line for line in output.splitlines() if line.strip()]
    if lines and lines[0].startswith(_SETUP_CACHE):
        return shortened(f"setup_cache failed: {failure(chr(10).join(lines[1:-1]))}")
    if lines and lines[-1].startswith("asv: "):
        return shortened(lines[-1].removeprefix("asv: "))
    found = _exception(lines) or _panic(lines) or _logged(lines, "FAIL") or _last(lines)
    return shortened(found or (f"exit status {code}" if code else "it said nothing"))


def skipped(output: str) -> str:
    """Return why a benchmark skipped itself, of what it printed; empty if it does not say."""
    lines = output.splitlines()
    for line in reversed(lines):
        if match := _SKIPPED.match(line):
            return shortened(_arguments(match[1]))
    return shortened(_logged(lines, "SKIP"))


def _arguments(written: str) -> str:
    """Return the arguments of an exception, which are given as Python writes them."""
    try:
        return " ".join(map(str, ast.literal_eval(f"({written},)"))) if written else ""
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return written


def _exception(lines: Sequence[str]) -> str:
    """Return what the last traceback ends with."""
    starts = [i for i, line in enumerate(lines) if line.strip() == _TRACEBACK]
    if not starts:
        return ""
    indent = _indent(lines[starts[-1]])
    ends = (line for line in lines[starts[-1] + 1 :] if _indent(line) <= indent)
    return next(ends, "")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _panic(lines: Sequence[str]) -> str:
    found = next((line for line in lines if _PANIC.match(line)), "")
    return re.sub(r" \[recovered.*\]$", "", found)


def _logged(lines: Sequence[str], how: str) -> str:
    """Return what Go logged last of a benchmark that ended in this way."""
    ends = [i for i, line in enumerate(lines) if f"--- {how}: Benchmark" in line]
    if not ends:
        return ""
    # With -v it stands before that line, else below it.
    before, after = (
        [m[1] for line in part if (m := _LOGGED.match(line))]
        for part in (lines[: ends[0]], lines[ends[0] :])
    )
    return (before or after or [""])[-1]


def _last(lines: Sequence[str]) -> str:
    """Return the first line that names an error, else the last one that says something."""
    told = [line for line in lines if re.search(r"\w", line) and not _FRAMEWORK.match(line)]
    errors = [line for line in told if _ERROR.match(line.strip())]
    # A compiler's lines begin with where the error is.
    places = [line for line in told if re.match(r"\S+\.go:[0-9]+:[0-9]+: ", line)]
    return (places[:1] or errors[-1:] or told[-1:] or [""])[0]


def shortened(words: str) -> str:
    """Return words as one line without what differs from machine to machine, cut if it is long."""
    text = _DIRECTORIES.sub("…/", _ADDRESS.sub("0x…", _ESCAPE.sub("", words[: 20 * LONGEST])))
    text = "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
