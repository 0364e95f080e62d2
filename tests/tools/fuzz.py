"""Mutated benchmark text, for as long as one likes: ``python -m tests.tools.fuzz --minutes 30``.

What must hold for any bytes: the reader raises nothing; a line reads the same
on its own, in an event of ``go test -json`` and among others in a block, and
whether or not it takes the reader's shorter way; names and values go to asv's
and back.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import random
import time
from collections.abc import Iterable

from gopybench.asvdata import definitions, mapping
from gopybench.asvdata.parameters import Layout
from gopybench.benchfmt import reader
from gopybench.benchfmt.names import parse_name, split_gomaxprocs
from gopybench.benchfmt.records import Result

CORPUS = [
    b"goos: linux\ngoarch: amd64\npkg: example.com/m/p\ncpu: Some(R) CPU @ 2.70GHz\n",
    b"BenchmarkFoo-8   \t 1000\t 123.4 ns/op\t 16 B/op\t 2 allocs/op\n",
    b"BenchmarkX/mode=a b/n=1000-2 1 1e-9 sec/op 5 MB/s 3 p99-latency-ns\n",
    b"Unit ns/op better=lower assume=exact\nUnit widgets/op better=higher\n",
    b"BenchmarkBare\n--- FAIL: BenchmarkBare\npanic: oh\nok  \tm\t1.2s\nPASS\nFAIL\n",
    b'{"Action":"output","Package":"m/p","Output":"BenchmarkY-4 1 2 ns/op\\n"}\n',
    b'{"Action":"output","Package":"m/q","Output":"Bench"}\n{"Action":"pass"}\n',
    b"key: value\nkey:\nKey: no\nk y: no\ncommit: abc\ntoolchain: go1.21\n",
    b"BenchmarkZ 9223372036854775807 0x1.8p3 x Inf y NaN z 1_0 w 1e400 v -0 u\r\n",
    b"BenchmarkB-2\t 10\t 1.5 ns/op\t 3 B/op\nBenchmarkC-2\t 11\t 2.5 ns/op\t 4 B/op\n" * 5,
    "Benchmarké/ü=ß 1 1 µs/op\u2003 2 \x85x\n".encode(),
]
PIECES = [
    *(
        b" ",
        b"\t",
        b"\n",
        b"\r",
        b"\x00",
        b"\xff",
        b"\xc2\x85",
        b"\xe2\x80\x83",
        b"\x1c",
        b"/",
        b"=",
    ),
    *(
        b"-",
        b":",
        b"_",
        b"%",
        b"{",
        b'"',
        b"\\",
        b"\\n",
        b"Benchmark",
        b"Unit ",
        b"ns",
        b"MB",
        b"/op",
    ),
    *(b"0", b"1", b"9" * 25, b"1e309", b"0x", b"inf", b"nan", b"+", b".", b"e", b"*", b"<", b"''"),
]


def mutate(chance: random.Random) -> bytes:
    """Return some text of the corpus, spliced and spoilt."""
    data = bytearray(b"".join(chance.choices(CORPUS, k=chance.randint(1, 6))))
    for _ in range(chance.choice((0, 1, 2, 4, 8, 32))):
        place = chance.randint(0, len(data))
        kind = chance.random()
        if kind < 0.4:
            data[place:place] = chance.choice(PIECES)
        elif kind < 0.6:
            del data[place : place + chance.randint(1, 12)]
        elif kind < 0.8 and data:
            data[place % len(data)] = chance.randrange(256)
        else:
            start = chance.randint(0, len(data))
            data[place:place] = data[start : start + chance.randint(1, 40)]
    return bytes(data)


def check(raw: bytes) -> int:
    """Read text every way there is; return how many results it has."""
    lines = io.BytesIO(raw).readlines()
    records = list(reader.read(lines, "f"))
    assert all(1 <= record.line <= len(lines) for record in records)
    for line in lines:
        check_line(line)
    check_block([line for line in lines if line.startswith(b"Benchmark")])
    results = [record for record in records if isinstance(record, Result)]
    check_names(results)
    return len(results)


def check_line(line: bytes) -> None:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return
    if not line.startswith(b"Benchmark"):
        return
    event = json.dumps({"Action": "output", "Package": "p", "Output": text}) + "\n"
    short = [repr(record) for record in reader.read([line], "f")]
    long = [repr(record) for record in reader.read([event.encode()], "f")]
    assert short == long, (line, short, long)


def check_block(lines: list[bytes]) -> None:
    together = [repr(record) for record in reader.read(lines, "f")]
    others = [b"\n"] * len(lines)
    alone = [
        repr(record)
        for number, line in enumerate(lines)
        for record in reader.read([*others[:number], line], "f")
    ]
    assert together == alone, (lines, together, alone)


def check_names(results: Iterable[Result]) -> None:
    names = {result.name for result in results}
    split = split_gomaxprocs(names)
    assert set(split) == names
    for result in results:
        base, number = split[result.name]
        assert result.name in (base, f"{base}-{number}")
        name = parse_name(base)
        assert len(dict(name.parameters)) == len(name.parameters)
        benchmark = base, None
        for value in result.values:
            assert math.isnan(value.value) or isinstance(value.value, float)
            series = mapping.series("example.com/m/p", "p", name.function, value.unit, None)
            if series is None or len(series.name.encode()) > definitions.MAX_NAME:
                continue
            entry = definitions.define(
                series.name, series.identity, series.metric, [benchmark], None
            )
            assert definitions.Places(entry).of_benchmark(benchmark) == 0
            choices = [choice for (choice,) in entry["params"]]
            assert Layout.of(entry).benchmark(name.function, choices) == benchmark


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    chance = random.Random(seed)
    end = time.monotonic() + options.minutes * 60
    texts = results = 0
    while time.monotonic() < end:
        raw = mutate(chance)
        try:
            results += check(raw)
        except BaseException:
            print(f"seed {seed}, text {texts}: {raw!r}")
            raise
        texts += 1
    print(f"seed {seed}: {texts:,} texts with {results:,} results, nothing found")


if __name__ == "__main__":
    main()
