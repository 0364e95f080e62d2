"""Arguments of the commands that take turns: which benchmarks, how sure, for how long."""

from __future__ import annotations

import argparse
import contextlib
import math
import re
from collections.abc import Callable, Collection


def _minutes(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of minutes")


def minutes_or_none(text: str) -> float:
    """Return the minutes that a text stands for, 0 among them."""
    return 0.0 if text.strip() == "0" else _minutes(text)


def add_bench(parser: argparse.ArgumentParser) -> None:
    """Add ``--bench``, as asv has it."""
    parser.add_argument(
        *("-b", "--bench"),
        metavar="REGEX",
        type=_regex,
        action="append",
        default=[],
        help="only these benchmarks, as asv's --bench; may be given again",
    )


def add_environment(
    parser: argparse.ArgumentParser,
    text: str = "in this environment only, as asv's -E; may be given again (default: all "
    "configured, and all have to be here)",
) -> None:
    """Add ``-E``, as asv has it; *text* says what it is for."""
    parser.add_argument(
        *("-E", "--environment"), metavar="SPEC", action="append", default=[], help=text
    )


def add_budget(
    parser: argparse.ArgumentParser,
    text: str = "for how long to measure times at most; what is no time has as long",
    type_: Callable[[str], float] = _minutes,
) -> None:
    """Add ``--budget``; *text* says what it is for, and *type_* what may be given."""
    help_ = f"{text} (default: 30)"
    parser.add_argument("--budget", type=type_, default=30.0, metavar="MINUTES", help=help_)


def add_threshold(parser: argparse.ArgumentParser) -> None:
    """Add ``--threshold``."""
    parser.add_argument(
        "--threshold",
        type=share,
        default=0.05,
        metavar="SHARE",
        help="the smallest slowdown to find: 5%% or 0.05 (default: 5%%)",
    )


def add_format(parser: argparse.ArgumentParser, formats: Collection[str]) -> None:
    """Add ``--format``, of which text is the default."""
    parser.add_argument(
        "--format", choices=formats, default="text", help="how to print it (default: text)"
    )


def share(text: str) -> float:
    """Return the share that a text such as 5% or 0.05 stands for."""
    with contextlib.suppress(ValueError):
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        if 0 < value < 1:
            return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a share such as 5% or 0.05")


def _regex(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a regular expression: {error}") from None
    return text
