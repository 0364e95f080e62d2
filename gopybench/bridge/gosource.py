"""Go test files -> their benchmark functions, and a digest of the code that each one runs.

The tokens, and where a line ends a statement, are those of Go's specification
(https://go.dev/ref/spec#Lexical_elements). What a benchmark runs is its function and
every declaration of the test files that it may refer to, from name to name. A name
that only looks like one of these counts, too: a digest may change without need, and
never stays the same where the code has changed.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# Go's own rule: "Benchmark", followed by anything but a lower-case letter.
_FUNCTION = re.compile(r"^func\s+(Benchmark(?![a-z])\w*)\s*\(\s*(?:\w+\s+)?\*", re.MULTILINE)

_TOKEN = re.compile(
    r"""
    (?P<directive>//go:(?!build|generate)[^\n]*)
    | (?P<comment>//[^\n]* | /\*.*?\*/)
    | (?P<newline>\n)
    | (?P<space>[^\S\n]+)
    | (?P<text>"(?:\\.|[^"\\\n])*" | `[^`]*` | '(?:\\.|[^'\\\n])+')
    | (?P<word>\w+)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_KEYWORDS = {"func", "type", "var", "const", "import"}

# They run without being named.
_ALWAYS = ("init", "TestMain", "_")

_TEST_DATA = re.compile(r"((?:\.\./)*)testdata\b")


class Declaration(NamedTuple):
    """A declaration at the top level of a file.

    Attributes:
        names: what it declares; for a method the name of its type.
        words: the words in it.
        code: its tokens, one on each line.
    """

    names: frozenset[str]
    words: frozenset[str]
    code: str


def functions(text: str) -> list[str]:
    """Return the names of the benchmark functions that a file declares."""
    return list(dict.fromkeys(_FUNCTION.findall(text)))


def has_benchmarks(text: str) -> bool:
    """Return whether a file declares benchmark functions, or what runs around all of them."""
    return bool(functions(text)) or "func TestMain(" in text


def code(function: str, files: Iterable[str]) -> list[str]:
    """Return all declarations that a function may run, of the texts of its package's test files.

    They are in an order that does not depend on where they stand.
    """
    by_name: dict[str, list[Declaration]] = defaultdict(list)
    for text in files:
        for declaration in declarations(text):
            for name in declaration.names:
                by_name[name].append(declaration)
    found: set[Declaration] = set()
    wanted = [function, *_ALWAYS]
    seen = set(wanted)
    while wanted:
        for declaration in by_name.get(wanted.pop(), ()):
            found.add(declaration)
            new = {word for word in declaration.words if word in by_name} - seen
            seen |= new
            wanted += new
    return sorted(declaration.code for declaration in found)


def test_data(code: Iterable[str]) -> set[str]:
    """Return which ``testdata`` directories code names, relative to its package's directory."""
    return {f"{up}testdata" for text in code for up in _TEST_DATA.findall(text)}


def digest(parts: Iterable[str]) -> str:
    """Return twelve hexadecimal digits of a hash."""
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:12]


@functools.lru_cache(maxsize=512)
def declarations(text: str) -> tuple[Declaration, ...]:
    """Return the declarations of a file; grouped variables, types and imports are one each."""
    found = []
    for tokens in _statements(_tokens(text)):
        keyword = next((t for t in tokens if not t.startswith("//go:")), "")
        if keyword not in _KEYWORDS:
            continue
        at = tokens.index(keyword)
        body = tokens[at + 1 :]
        if keyword != "func" and body[:1] == ["("]:
            inner = [*_statements([*body[1:-1], "\n"])]
            if keyword == "const":
                # A constant without a value repeats the one before.
                names = frozenset().union(*(_names(keyword, spec) for spec in inner))
                found.append(_declaration(names, tokens))
                continue
            for spec in inner:
                found.append(_declaration(_names(keyword, spec), [*tokens[:at], keyword, *spec]))
        else:
            found.append(_declaration(_names(keyword, body), tokens))
    return tuple(found)


def _declaration(names: frozenset[str], tokens: list[str]) -> Declaration:
    words = frozenset(token for token in tokens if token[0].isalpha() or token[0] == "_")
    return Declaration(names, words, "\n".join(tokens))


def _names(keyword: str, tokens: list[str]) -> frozenset[str]:
    """Return what a declaration declares, from the tokens behind its keyword."""
    tokens = [token for token in tokens if not token.startswith("//go:")]
    if keyword == "import":
        if len(tokens) > 1:
            return frozenset({tokens[0]} if tokens[0] != "." else _ALWAYS)
        # The package's name is most often in the end of its path.
        return frozenset(re.findall(r"\w+", "/".join("".join(tokens).split("/")[-2:])))
    if keyword == "func" and tokens[:1] == ["("]:
        receiver = tokens[1 : tokens.index(")")]
        if "[" in receiver:
            receiver = receiver[: receiver.index("[")]
        return frozenset(receiver[-1:])
    names = tokens[:1]
    for comma, name in zip(tokens[1::2], tokens[2::2]):
        if comma != ",":
            break
        names.append(name)
    return frozenset(names)


def _tokens(text: str) -> list[str]:
    """Return a file's tokens without its comments; a line's end only where it ends a statement."""
    tokens: list[str] = []
    for match in _TOKEN.finditer(text):
        token, kind = match[0], match.lastgroup
        if kind == "directive":
            tokens.append(token.rstrip())
        elif kind == "newline" or (kind == "comment" and "\n" in token):
            last = tokens[-1] if tokens else ""
            is_end = last[-1:].isalnum() or last[-1:] in {*"_)]}\"`'"}
            if is_end and not last.startswith("//go:"):
                tokens.append("\n")
        elif kind not in ("comment", "space"):
            tokens.append("\n" if token == ";" else token)
    return tokens


def _statements(tokens: Iterable[str]) -> Iterator[list[str]]:
    """Yield the statements outside of all brackets, without what ends them."""
    depth = 0
    statement: list[str] = []
    for token in tokens:
        if token == "\n" and depth == 0:
            if statement:
                yield statement
            statement = []
            continue
        depth += (token in ("(", "[", "{")) - (token in (")", "]", "}"))
        statement.append(token)
    if statement:
        yield statement
