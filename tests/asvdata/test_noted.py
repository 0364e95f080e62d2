"""What is noted of the code that measured a value."""

from __future__ import annotations

from gopybench.asvdata import noted
from gopybench.asvdata.noted import Code


def test_code_of_what_was_measured_now_and_before() -> None:
    first = noted.with_code({"numpy": "2"}, {"m.A": Code("aa", own=True), "m.B": Code("bb", False)})
    assert noted.code(first) == {"m.A": Code("aa", True), "m.B": Code("bb", False)}
    assert noted.without_notes(first) == {"numpy": "2"}
    again = noted.with_code(first, {"m.A": Code("cc", False)})
    assert noted.code(again) == {"m.A": Code("cc", False), "m.B": Code("bb", False)}
    assert noted.code(noted.without_code(again, {"m.A", "m.C"})) == {"m.B": Code("bb", False)}
    assert noted.without_code(again, {"m.A", "m.B"}) == {"numpy": "2"}
    assert noted.code({}) == {}


def test_benchmarks_that_were_measured_with_something_else() -> None:
    latest = {"numpy": "2", "@boot": "b", "@libc": "2.36", "@code": "m.A=aa"}
    then = {"@boot": "a", "@kernel": "6"}
    both = noted.of_measurements(latest, {"m.a": then, "m.b": then, "m.c": {}})
    assert noted.measured_with(both, "m.a") == noted.measured_with(both, "m.b") == then
    assert noted.measured_with(both, "m.c") == {}
    assert noted.measured_with(both, "m.d") == {"@boot": "b", "@libc": "2.36"}
    assert noted.measurements(both) == {"m.a": then, "m.b": then, "m.c": {}}
    # Those that are like the latest take no place; what else is noted stays.
    assert noted.of_measurements(both, {"m.a": {"@boot": "b", "@libc": "2.36"}}) == latest
    assert noted.measured_with({"@boot": "b", "@earlier": "damaged"}, "m.a") == {"@boot": "b"}
