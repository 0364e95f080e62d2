"""Warnings that a command gives once, however often it comes upon their cause."""

from __future__ import annotations

import functools

from asv.console import log


@functools.cache
def warn(words: str) -> None:
    """Give a warning, unless this process has given the same one."""
    log.warning(words)
