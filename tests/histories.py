"""Three Go modules with histories such as public ones have: one grows, one is renamed, one split.

Every commit compiles its own tests. Today's compile on few of the commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

Files = dict[str, str]


def go(package: str, *parts: str, imports: tuple[str, ...] = ()) -> str:
    lines = "".join(f'import "{name}"\n' for name in imports)
    return f"package {package}\n\n{lines}\n" + "\n".join(parts)


def with_testing(package: str, *parts: str, imports: tuple[str, ...] = ()) -> str:
    return go(package, "var sink int\n", *parts, imports=("testing", *imports))


def bench(name: str, body: str) -> str:
    loop = f"for i := 0; i < b.N; i++ {{ {body} }}"
    return f"func Benchmark{name}(b *testing.B) {{\n\t{loop}\n}}\n"


def check(name: str, condition: str) -> str:
    return f"func Test{name}(t *testing.T) {{ if !({condition}) {{ t.Fatal() }} }}\n"


def grows(commits: int) -> Iterator[tuple[str, Files]]:
    """A package gains a function with a test at each commit, in the file of its benchmarks.

    It has no go.mod at first; a signature changes, a helper comes, a second package too.
    """
    functions: list[str] = []
    checks: list[str] = []
    for number in range(commits):
        functions.append(f"func F{number}() int {{ return {number} }}\n")
        checks.append(check(f"F{number}", f"F{number}() == {number}"))
        has_options, has_helper = number >= commits // 3, number >= commits // 2
        options = ", options ...int" if has_options else ""
        sum_ = (
            f"func Sum(of []int{options}) (s int) {{ for _, v := range of {{ s += v }}; return }}\n"
        )
        more = ", 1, 2" if has_options else ""
        numbers = "numbers()" if has_helper else "[]int{1, 2, 3}"
        files = {
            "sum.go": go("grows", sum_, *functions),
            "sum_test.go": with_testing(
                "grows", bench("Sum", f"sink += Sum({numbers}{more})"), *checks
            ),
        }
        if has_helper:
            files["helpers_test.go"] = go(
                "grows", f"func numbers() []int {{ return []int{{1, 2, F{number}()}} }}\n"
            )
        if number >= 2:
            files["go.mod"] = "module example.com/grows\n\ngo 1.21\n"
        if number >= 2 * commits // 3:
            files["table/table.go"] = go("table", f"func Put{number}() int {{ return {number} }}\n")
            body = f"sink += Put{number}()"
            files["table/table_test.go"] = with_testing("table", bench("Put", body))
        yield f"Add F{number}", files


def renames(commits: int) -> Iterator[tuple[str, Files]]:
    """A package, its functions, benchmarks, test files and at last the module get other names."""
    for number in range(commits):
        era = 6 * number // commits
        package = "strutil" if era < 2 else "text"
        function = ("Enc", "Encode", "Encode", "EncodeText", "EncodeText", "Marshal")[era]
        benchmark = ("Enc", "Enc", "Encode", "Encode", "EncodeText", "Marshal")[era]
        file = (
            "enc_test.go",
            "enc_test.go",
            "encode_test.go",
            "encode_test.go",
            "x_test.go",
            "x_test.go",
        )[era]
        module = "example.com/renames" + ("/v2" if era >= 4 else "")
        inner = (
            f"package {package}\n\nfunc {function}(s string) int {{ return len(s) + {number} }}\n"
        )
        yield (
            f"Era {era}, change {number}",
            {
                "go.mod": f"module {module}\n\ngo 1.21\n",
                f"{package}/enc.go": inner,
                f"{package}/{file}": with_testing(
                    f"{package}_test",
                    bench(benchmark, f'sink += {package}.{function}("a text")'),
                    check(f"Era{era}", f'{package}.{function}("a") == {number + 1}'),
                    imports=(f"{module}/{package}",),
                ),
                "root.go": f'package renames\n\nimport "{module}/{package}"\n\n'
                f'func Root() int {{ return {package}.{function}("root") }}\n',
                "root_test.go": with_testing("renames", bench("Root", "sink += Root()")),
            },
        )


def splits(commits: int) -> Iterator[tuple[str, Files]]:
    """One package becomes three; helpers come, test data moves, a benchmark has more cases."""
    for number in range(commits):
        era = 4 * number // commits
        cases = ", ".join(f'"{size}"' for size in (10, 100, 1000)[: 1 + min(era, 2)])
        read = 'data, err := os.ReadFile("testdata/in.txt")\n\tif err != nil { b.Fatal(err) }\n'
        parse = (
            f"func BenchmarkParse(b *testing.B) {{\n\t{read}"
            f"\tfor _, size := range []string{{{cases}}} {{\n"
            '\t\tb.Run("size="+size, func(b *testing.B) {\n'
            "\t\t\tfor i := 0; i < b.N; i++ { sink += CALL }\n\t\t})\n\t}\n}\n"
        )
        files = {"go.mod": "module example.com/splits\n\ngo 1.21\n"}
        strict = ", strict bool" if era >= 1 else ""
        code = f"func Parse(data []byte{strict}) int {{ return len(data) + {number} }}\n"
        call = "Parse(data, true)" if era >= 1 else "Parse(data)"
        parse = parse.replace("CALL", call)
        print_ = "func Print(n int) int { return n }\n"
        if era < 2:
            files["splits.go"] = go("splits", code, print_)
            files["testdata/in.txt"] = "x" * (number + 1)
            files["splits_test.go"] = with_testing(
                "splits",
                parse.replace("CALL", call),
                bench("Print", "sink += Print(1)"),
                imports=("os",),
            )
        else:
            files["parse/parse.go"] = go("parse", code)
            files["parse/testdata/in.txt"] = "x" * (number + 1)
            files["parse/parse_test.go"] = with_testing(
                "parse", parse.replace("CALL", call), imports=("os",)
            )
            files["print/print.go"] = go("print", print_)
            helped = "sink += testutil.Twice(Print(1))" if era >= 3 else "sink += Print(1)"
            used = ("example.com/splits/internal/testutil",) if era >= 3 else ()
            files["print/print_test.go"] = with_testing(
                "print", bench("Print", helped), imports=used
            )
            if era >= 3:
                twice = f"func Twice(n int) int {{ return 2*n + {number} }}\n"
                files["internal/testutil/t.go"] = go("testutil", twice)
        yield f"Era {era}, change {number}", files


HISTORIES: dict[str, Callable[[int], Iterator[tuple[str, Files]]]] = {
    "grows": grows,
    "renames": renames,
    "splits": splits,
}


def write(directory: Path, before: Files, files: Files) -> None:
    """Make a directory hold a commit's files, where it holds those of another."""
    for name in before.keys() - files.keys():
        (directory / name).unlink()
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
