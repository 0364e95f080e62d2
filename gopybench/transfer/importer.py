"""Records -> results/: Go benchmark output becomes results that asv wrote itself.

The steps, in order: read every input; tell the runs apart (a commit and a
runtime) and name their benchmarks; lay the values out on asv's benchmarks; let
asv's classes write the files. Nothing is written before all else has worked.
"""

from __future__ import annotations

import contextlib
import functools
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from asv import util
from asv.machine import Machine, MachineCollection
from asv.repo import get_repo
from asv.results import Results, get_filename

from gopybench.asvdata import configuration, definitions, gomodule, mapping, speed, store
from gopybench.asvdata.commits import full_hash
from gopybench.asvdata.noted import notes
from gopybench.asvdata.speed import Encoded
from gopybench.benchfmt import reader
from gopybench.benchfmt.ahead import ahead
from gopybench.benchfmt.blocks import Columns
from gopybench.benchfmt.names import parse_name, split_gomaxprocs, with_gomaxprocs
from gopybench.machine import toolchains
from gopybench.transfer import layout, origin
from gopybench.transfer.layout import Series
from gopybench.transfer.origin import Origin
from gopybench.transfer.summary import Summary
from gopybench.transfer.texts import Text

# asv publishes a benchmark's graph in a file of its name, and ".json".
MAX_NAME = 250

# What no Go package or function has in its name, and might run in asv's page.
_UNSAFE = re.compile(r"[<>&\"'`\\%\s\x00-\x1f\x7f]")

# How many values two processes share: fewer take longer to hand over than to lay out.
MIN_SHARED = 200_000

# How many per cent the other process lays out, which has to hand them over, too.
_SHARE_THERE = 40

# asv's statistics overflow, or never end, with greater ones.
MAX_VALUE = 1e300

# What an export ends a name with, and Go too but for GOMAXPROCS of 1.
_NUMBER = re.compile(r"-[0-9]+\Z")


@dataclass(frozen=True)
class Options:
    """What an import is told beside its input.

    Attributes:
        commit: the commit measured; None takes it from the input, else HEAD.
        go_version: None takes it from the input, else from the go on PATH.
        machine: the machine's name; None is asv's own choice.
        module: the Go module's path; None is that of the configured directory.
        append: add to earlier samples instead of replacing them.
        dry_run: write nothing.
    """

    commit: str | None = None
    go_version: str | None = None
    machine: str | None = None
    module: str | None = None
    append: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class _Run:
    """Where a result belongs: one results file of asv's.

    Attributes:
        commit: its full hash.
        machine: its name; None for the machine of the import.
        environment: the environment's name.
        python: the runtime.
        requirements, env_vars: the environment's.
    """

    commit: str
    machine: str | None
    environment: str
    python: str
    requirements: tuple[tuple[str, str], ...] = ()
    env_vars: tuple[tuple[str, str], ...] = ()


@speed.up()
def import_go(
    conf: Any, inputs: Iterable[tuple[str, Iterable[bytes]]], options: Options
) -> Summary:
    """Import Go benchmark output into ``conf.results_dir``.

    *inputs* are pairs of a name for messages and the lines. The current
    directory is that of the configuration, as for asv itself. Raises asv's
    UserError when nothing can be imported or written; whatever is wrong with
    single lines is in the summary, and the good ones are imported.
    """
    summary = Summary()
    texts, better = _read(inputs, summary)
    if not texts:
        found = "; ".join(summary.problems) or "no line begins with Benchmark"
        raise util.UserError(f"no benchmark results in the input: {found}")
    repo = get_repo(conf)
    runs = _runs(conf, repo, texts, options, summary)
    machines = {
        run: _machine(conf, options.machine or run.machine, texts_of[0][1].config)
        for run, texts_of in runs.items()
    }
    module = (
        options.module.rstrip("/")
        if options.module
        else gomodule.module_path(configuration.load(conf).dir)
    )
    with contextlib.nullcontext() if options.dry_run else store.locked(conf.results_dir):
        known = definitions.load(conf)
        before = dict(known)
        files: list[store.File] = []
        for run, run_results in runs.items():
            results = _open_results(conf, repo, run, machines[run])
            changed, rows = _lay_out(
                results, run_results, better, module, known, options.append, summary
            )
            path = get_filename(machines[run].machine, run.commit, run.environment)
            if any(changed.values()):
                files.append(store.File(results, machines[run], rows))
                summary.written[path] = len(changed)
            elif changed:
                summary.unchanged.append(path)
        if not summary.samples:
            reasons = "; ".join(sorted({f"{what}: {why}" for what, why in summary.left_out}))
            raise util.UserError(f"nothing could be imported: {reasons}")
        new = {name for name, entry in known.items() if entry != before.get(name)}
        if new:
            summary.written["benchmarks.json"] = len(new)
        for file in files:
            if not store.machine_file(conf, file.machine).exists():
                summary.written[f"{file.machine.machine}/machine.json"] = 0
        if not options.dry_run:
            store.write(conf, files, known if new else None)
    return summary


# What tells texts apart: file, package and origin.
_Key = tuple[str, str, Origin]


def _read(
    inputs: Iterable[tuple[str, Iterable[bytes]]], summary: Summary
) -> tuple[dict[_Key, Text], dict[tuple[str, str], str]]:
    """Read all inputs; return the results and, by file and unit, what is said to be better."""
    texts: dict[_Key, Text] = {}
    better: dict[tuple[str, str], str] = {}
    for name, lines in inputs:
        config: Mapping[str, str] | None = None
        for record in reader.read_blocks(lines, name):
            if isinstance(record, (reader.Block, reader.Result)):
                if record.config is not config:
                    config = record.config
                    text = _text_of(texts, record)
                for columns in _sound(record, summary):
                    text.keep(columns)
            elif isinstance(record, reader.UnitMetadata):
                if record.key == "better":
                    better[record.file, record.unit] = record.value
            elif not isinstance(record, reader.BareName):
                about = f": {record.text}" if record.text else ""
                summary.problems.append(f"{record.file}:{record.line}: {record.message}{about}")
    return {key: text for key, text in texts.items() if text.written}, better


def _text_of(texts: dict[_Key, Text], record: reader.Block | reader.Result) -> Text:
    config = record.config
    key = (record.file, config.get("pkg", ""), origin.of(config))
    return texts.setdefault(key, Text(config, f"{record.file}:{record.line}"))


def _sound(record: reader.Block | reader.Result, summary: Summary) -> Iterator[Columns]:
    """Yield the results of a record but those that asv cannot take, which are problems."""
    if isinstance(record, reader.Block):
        if all(min(of) >= -MAX_VALUE and max(of) <= MAX_VALUE for of in record.columns.values):
            yield record.columns
        else:
            for result in record.results():
                yield from _sound(result, summary)
    elif not record.terminated:
        summary.problems.append(
            f"{record.file}:{record.line}: the line has no end, "
            "so the input may be cut off; left out"
        )
    elif not all(abs(v.value) <= MAX_VALUE for v in record.values):
        summary.problems.append(
            f"{record.file}:{record.line}: a value is not finite, "
            f"or greater than {MAX_VALUE:g}; left out"
        )
    else:
        yield record.columns()


def _runs(
    conf: Any, repo: Any, texts: dict[_Key, Text], options: Options, summary: Summary
) -> dict[_Run, list[tuple[_Key, Text]]]:
    """Tell the runs apart: by the options, else by configuration lines, else by what is here.

    A configuration line that names no commit or no Go version costs its own
    results alone.
    """
    commit = full_hash(repo, options.commit) if options.commit is not None else None
    runtime = _runtime(options.go_version, conf) if options.go_version is not None else None
    runs: dict[Origin, _Run | None] = {}
    texts_of: dict[_Run, list[tuple[_Key, Text]]] = defaultdict(list)
    systems: dict[_Run, dict[str, tuple[str, str]]] = defaultdict(dict)
    for key, text in texts.items():
        given = key[2]._replace(benchmark=None, system=())
        if given not in runs:
            try:
                runs[given] = _run(
                    commit or full_hash(repo, given.commit or "HEAD"), runtime, given, conf
                )
            except (util.UserError, ValueError) as error:
                runs[given] = None
                summary.problems.append(f"{text.first}: {error}")
        run = runs[given]
        if run is None:
            continue
        for part, here in zip(origin.SYSTEM, key[2].system):
            before, where = systems[run].setdefault(part, (here, text.first)) if here else ("", "")
            if here != before:
                summary.problems.append(
                    f"{text.first}: another {part} than at {where}, so another machine; "
                    "left out: import it by itself with --machine"
                )
                break
        else:
            texts_of[run].append((key, text))
    if not texts_of:
        raise util.UserError("; ".join(summary.problems))
    return texts_of


def _run(commit: str, runtime: str | None, given: Origin, conf: Any) -> _Run:
    """Return where results of an origin belong.

    Raises asv's UserError or ValueError for what cannot be a part of a file's
    name, or is not what it should be.
    """
    if given.machine is not None:
        origin.check("a machine's name", given.machine, is_file=True)
    if runtime is not None or given.environment is None:
        runtime = runtime or _runtime(given.go_version, conf)
        return _Run(commit, given.machine, runtime, runtime)
    environment = given.environment
    origin.check("an environment's name", environment, is_file=True)
    origin.check("a runtime", given.python or "")
    requirements = origin.strings(given.requirements)
    env_vars = origin.strings(given.env_vars)
    # They stand beside the machine's in what asv keeps.
    if taken := requirements.keys() & {"python", "branch", *(key for key, _ in Machine.fields)}:
        raise ValueError(f"not a requirement: {', '.join(sorted(taken))}")
    return _Run(
        commit,
        given.machine,
        environment,
        given.python or environment,
        tuple(sorted(requirements.items())),
        tuple(sorted(env_vars.items())),
    )


def _runtime(version: str | None, conf: Any) -> str:
    try:
        if version is None:
            version = toolchains.on_path().version
        return toolchains.runtime_of(version, conf.pythons)
    except toolchains.ToolchainNotFound as error:
        raise util.UserError(
            f"the input does not say which Go made it, and {error}; --go-version names it"
        ) from None
    except ValueError as error:
        raise util.UserError(f"{error}; --go-version names one") from None


def _machine(conf: Any, name: str | None, config: Mapping[str, str]) -> Machine:
    """Return the machine the results are of: one that asv knows, or one that the output describes.

    Unlike asv's own loading of it this asks and writes nothing: standard input
    is taken, and a dry run is one.
    """
    own = Machine.get_unique_machine_name()
    name = name if name is not None else own
    try:
        origin.check("a machine's name", name, is_file=True)
    except ValueError as error:
        raise util.UserError(str(error)) from None
    machine = Machine()
    stored = Path(conf.results_dir, name, "machine.json")
    try:
        machine.__dict__.update(MachineCollection.load(name))
    except util.UserError:
        if stored.exists():
            machine.__dict__.update(util.load_json(str(stored), Machine.api_version))
        elif name == own:
            machine.__dict__.update(Machine.get_defaults())
        else:
            described = {"os": "goos", "arch": "goarch", "cpu": "cpu"}
            machine.__dict__.update({key: "" for key, _ in Machine.fields}, machine=name)
            texts = {k: origin.plain(config.get(v, "")) for k, v in described.items()}
            machine.__dict__.update(texts)
    return machine


def _lay_out(
    results: Results,
    texts: list[tuple[_Key, Text]],
    better: Mapping[tuple[str, str], str],
    module: str | None,
    known: dict[str, dict[str, Any]],
    append: bool,
    summary: Summary,
) -> tuple[dict[str, bool], dict[str, Encoded]]:
    """Put the texts of one run into asv's results; say of each benchmark whether that changed it.

    Of many, another process lays out a part, which is returned as it is to be written.
    """
    exported = [(key[2].benchmark, text) for key, text in texts if key[2].benchmark]
    texts = [(key, text) for key, text in texts if not key[2].benchmark]
    # The package goes before: it is a part of what tells benchmarks apart.
    names = (f"{package} {name}" for (_, package, _), text in texts for name in text.names())
    split = split_gomaxprocs(names)
    is_shared = sum(text.count for _, text in texts) >= MIN_SHARED and not exported

    def lay_out(here: bool, summary: Summary) -> dict[str, bool]:
        def wanted(asv_class: str) -> bool:
            share = zlib.crc32(asv_class.encode(errors="replace")) % 100
            return not is_shared or (share >= _SHARE_THERE) == here

        series = _series(texts, split, better, module, known, wanted, summary)
        for benchmark, text in exported:
            found = _exported(benchmark, text, known, summary)
            if found is not None and benchmark in series:
                summary.left_out[benchmark, "Go's own results of it are there, too"] += 1
            elif found is not None:
                series[benchmark] = found
        return layout.lay_out(results, series, known, append, summary)

    def lay_out_there() -> _Laid:
        summary = Summary()
        changed = lay_out(False, summary)
        of_changed = {name: known[name] for name in changed}
        return _Laid(changed, of_changed, store.rows(results, changed), summary)

    if not is_shared:
        return lay_out(True, summary), {}
    with ahead(lay_out_there) as wait:
        changed = lay_out(True, summary)
        there = wait()
    if there is None:
        changed.update(lay_out(False, summary))
        return changed, {}
    changed.update(there.changed)
    known.update(there.definitions)
    summary.add(there.summary)
    return changed, there.rows


class _Laid(NamedTuple):
    """What another process laid out."""

    changed: dict[str, bool]
    definitions: dict[str, dict[str, Any]]
    rows: dict[str, Encoded]
    summary: Summary


def _series(
    texts: list[tuple[_Key, Text]],
    split: Mapping[str, tuple[str, int]],
    better: Mapping[tuple[str, str], str],
    module: str | None,
    known: Mapping[str, Mapping[str, Any]],
    wanted: Callable[[str], bool],
    summary: Summary,
) -> dict[str, Series]:
    """Name the benchmarks of one run; return their samples by asv name.

    *split* tells GOMAXPROCS from the names, and *wanted* is asked for the class
    that all names of a function begin with.
    """
    gomaxprocs = {number for _, number in split.values()}
    if len(gomaxprocs) > 1:
        summary.gomaxprocs |= gomaxprocs
    series: dict[str, Series] = {}
    for (file, package, _), text in texts:
        named: dict[tuple[str, str], tuple[mapping.Series | None, str]] = {}
        asv_package = mapping.go_package(package, module)

        @functools.cache
        def is_function_wanted(function: str, asv_package: str = asv_package) -> bool:
            return wanted(mapping.asv_class(asv_package, function))

        def is_wanted(name: str, package: str = package) -> bool:
            base, _ = split[f"{package} {name}"]
            return is_function_wanted(base[len(package) + 1 :].partition("/")[0])

        for full_name, units in text.benchmarks(is_wanted):
            base, number = split[f"{package} {full_name}"]
            function, parameters = parse_name(base[len(package) + 1 :])
            if len(gomaxprocs) > 1:
                parameters = with_gomaxprocs(parameters, number)
            why_not_keys = _why_not_keys(tuple([key for key, _ in parameters]))
            combination = frozenset(parameters)
            for unit, samples in units.items():
                if (function, unit) not in named:
                    of = mapping.series(package, module, function, unit, better.get((file, unit)))
                    named[function, unit] = of, _why_not(of, known)
                of, why = named[function, unit]
                one = series.get(of.name) if of is not None else None
                if of is not None and one is not None and one.identity != of.identity:
                    why = why or f"its name {of.name} is taken by {one.identity}"
                why = why or why_not_keys
                if of is None or why:
                    what = f"{mapping.go_name(package, function)} {text.written[unit]}"
                    what = of.identity if of is not None else what
                    summary.left_out[what, why] += len(samples.values)
                    continue
                if one is None:
                    one = series[of.name] = Series(of.identity, of.metric)
                other = one.names.setdefault(combination, base)
                if other != base:
                    what = f"{of.identity} of {full_name}"
                    why = f"its parameters are those of {other[len(package) + 1 :]}"
                    summary.left_out[what, why] += len(samples.values)
                    continue
                one.add(parameters, samples)
    return series


def _exported(
    benchmark: str, text: Text, known: Mapping[str, Mapping[str, Any]], summary: Summary
) -> Series | None:
    """Return the samples of one of Python's benchmarks that an export wrote."""
    entry = known.get(benchmark)
    if entry is None or definitions.is_go(entry):
        why = "asv knows no such benchmark of Python's: `asv run --bench just-discover` finds it"
        summary.left_out[benchmark, why] += text.count
        return None
    names = {mapping.escape(name, ""): name for name in entry["param_names"]}
    values = dict(zip(entry["param_names"], map(mapping.written_values, entry["params"])))
    series = Series(benchmark, mapping.Metric("", entry["type"], entry["unit"]), exact=True)
    for full_name, units in text.benchmarks():
        of, *others = units.values()
        if others:
            why = f"it has the units {', '.join(map(text.written.__getitem__, units))}, not one"
            summary.left_out[f"{benchmark} of {full_name}", why] += sum(
                len(samples.values) for samples in units.values()
            )
            continue
        parts = parse_name(_NUMBER.sub("", full_name)).parameters
        try:
            parameters = tuple((names[key], values[names[key]][value]) for key, value in parts)
        except KeyError as lack:
            why = f"it has no parameter or value {lack}"
            summary.left_out[f"{benchmark} of {full_name}", why] += len(of.values)
            continue
        series.add(parameters, of)
    return series


def _why_not(named: mapping.Series | None, known: Mapping[str, Mapping[str, Any]]) -> str:
    """Return why a unit of a benchmark is left out; empty if it is not."""
    if named is None:
        return "higher is better, which asv cannot show"
    have = known.get(named.name, {}).get("go", named.identity)
    if have != named.identity:
        # Before it takes the name in this text from the one that has it.
        return f"its name {named.name} is taken by {have}"
    if len(named.name.encode()) > MAX_NAME:
        return f"its asv name is longer than the {MAX_NAME} bytes of a graph's file"
    if _UNSAFE.search(named.name):
        return "it has characters in its name that no Go package or function has"
    if origin.has_markup(named.identity) or origin.has_markup(named.metric.unit):
        return "it has characters in its unit that could be markup"
    return ""


@functools.lru_cache(maxsize=1_000)
def _why_not_keys(keys: tuple[str, ...]) -> str:
    if any(map(origin.has_markup, keys)):
        return "it has characters in a parameter's name that could be markup"
    return ""


def _open_results(conf: Any, repo: Any, run: _Run, machine: Machine) -> Results:
    """Return asv's results of one run, with what they hold so far."""
    requirements, env_vars = dict(run.requirements), dict(run.env_vars)
    params = {**requirements, **machine.__dict__, "python": run.python}
    date = repo.get_date(run.commit)
    results = Results(params, requirements, run.commit, date, run.python, run.environment, env_vars)
    results.load_data(conf.results_dir)
    # asv does not load what was noted of an earlier measurement, which stands.
    path = Path(conf.results_dir, results._filename)
    if path.is_file():
        results._requirements.update(notes(Results.load(str(path))._requirements))
    return results
