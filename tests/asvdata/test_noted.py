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
