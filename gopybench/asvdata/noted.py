"""What is noted of a measurement in a results file, beside what asv keeps.

asv's results files have a place for what an environment is made of, their
``requirements``, which asv carries along and does not publish. What is noted there
has names that begin with ``@``, as no package's does.
"""

from __future__ import annotations

from collections.abc import Mapping

_MARK = "@"


def notes(requirements: Mapping[str, str]) -> dict[str, str]:
    """Return what was noted among the requirements of a results file."""
    return {key: value for key, value in requirements.items() if key.startswith(_MARK)}


def without_notes(requirements: Mapping[str, str]) -> dict[str, str]:
    """Return the requirements of a results file that are some."""
    return {key: value for key, value in requirements.items() if not key.startswith(_MARK)}
