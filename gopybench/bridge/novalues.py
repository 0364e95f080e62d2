"""asv's results of a run -> why those have no value that have none, noted among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asv.util import TIMEOUT_RETCODE

from gopybench.asvdata import definitions, reasons
from gopybench.bridge import lastwords
from gopybench.bridge.environment import GoEnvironment

# What is said where nothing is.
_NO_REASON = "no reason was given"
_NOT_BUILT = "the commit could not be built; what asv run printed says why"


class NoValues:
    """Hears each combination of a run's benchmarks, and notes why some have no value."""

    def __init__(self, benchmarks: Any, results: Any) -> None:
        """Take what is to be measured, and asv's results as they were before."""
        self._benchmarks = benchmarks
        self._before = {
            name: {*definitions.combinations({"params": results.get_result_params(name)})}
            for name, benchmark in benchmarks.items()
            if results.benchmark_version.get(name, "") == benchmark["version"]
        }
        self._words: dict[tuple[str, int | None], str] = {}

    def hear(self, benchmark: Mapping[str, Any], index: int | None, env: Any, result: Any) -> None:
        """Take what one combination of a benchmark gave, as asv's runner has it."""
        key = (benchmark["name"], index or 0)
        self._words.pop(key, None)
        (value,) = result.result
        if value is not None and value == value:
            return
        if result.errcode == TIMEOUT_RETCODE:
            words = f"it was not done after {benchmark['timeout']:g} s"
        elif isinstance(env, GoEnvironment):
            words = env.why
        elif value is not None:
            words = lastwords.skipped(result.stderr)
        elif result.errcode:
            words = lastwords.failure(result.stderr, result.errcode)
        else:
            words = "it returned None"
        self._words[key] = words

    def say(self, name: str, words: str) -> None:
        """Take why a benchmark has no values at all."""
        self._words[name, None] = words

    def noted(self, results: Any) -> dict[str, str]:
        """Return the requirements with why what this process measured has no values."""
        found: reasons.Reasons = {}
        for name in results.errcode:
            benchmark = self._benchmarks[name]
            values = results.get_result_value(name, benchmark["params"])
            selected = self._benchmarks.benchmark_selection.get(name)
            of = found.setdefault(name, {})
            for i, (place, value) in enumerate(zip(definitions.combinations(benchmark), values)):
                if value is not None and value == value:
                    continue
                if selected is None or i in selected:
                    state = reasons.FAILED if value is None else reasons.NOT_AVAILABLE
                    of[state, place] = self._why(name, i, value is None, results)
                elif place not in self._before.get(name, ()):
                    of[reasons.NOT_ASKED, place] = ""
        return reasons.with_reasons(results._requirements, found)

    def _why(self, name: str, index: int, has_failed: bool, results: Any) -> str:
        words = self._words.get((name, index)) or self._words.get((name, None))
        if not words and has_failed:
            # It did not come to this combination.
            words = lastwords.failure(results.stderr.get(name) or "", results.errcode.get(name, 0))
        return words or _NO_REASON


def unbuilt(results: Any, words: str) -> dict[str, str]:
    """Return the requirements of the results of a commit that was not built.

    *words* are why, if that is known.
    """
    found: reasons.Reasons = {
        name: {
            (reasons.FAILED, place): words or _NOT_BUILT
            for place in definitions.combinations({"params": results.get_result_params(name)})
        }
        for name in results.errcode
    }
    return reasons.with_reasons(results._requirements, found)
