"""Records -> results/: Go benchmark output becomes results that asv wrote itself.

The steps, in order: read every input; tell the runs apart (a commit and a
runtime) and name their benchmarks; lay the values out on asv's benchmarks; let
asv's classes write the files. Nothing is written before all else has worked.
"""

from __future__ import annotations

import contextlib
import datetime
import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asv import util
from asv.machine import Machine, MachineCollection
from asv.repo import get_repo
from asv.results import Results, get_filename
from asv.runner import BenchmarkResult

from gopybench.bridge import (
    benchfmt,
    definitions,
    naming,
    origin,
    revision,
    settings,
    speed,
    store,
    toolchain,
)
from gopybench.bridge.origin import Origin

# asv publishes a benchmark's graph in a file of its name, and ".json".
MAX_NAME = 250

# What no Go package or function has in its name, and might run in asv's page.
_UNSAFE = re.compile(r"[<>&\"'`\\%\s\x00-\x1f\x7f]")

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


@dataclass
class Summary:
    """What an import did.

    Attributes:
        written: the files written (or to be written), with how many benchmarks in each.
        unchanged: the files that held just these results already.
        joined: asv benchmarks of Python's that Go's values joined.
        defined: asv benchmarks that Go defines.
        left_out: (what, why) of all that was not imported by rule.
        gomaxprocs: the values of GOMAXPROCS, where a run has several.
        problems: what is wrong with the input, with file and line.
        samples: how many measurements were imported.
    """

    written: dict[str, int] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    joined: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    gomaxprocs: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    samples: int = 0


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


# The samples of one asv benchmark: parameters -> [(value, iterations)].
_Samples = dict[tuple[tuple[str, str], ...], list[tuple[float, int]]]


@dataclass
class _Text:
    """The results of one file of the same package and origin.

    Attributes:
        config: the configuration lines in force at its first result.
        first: where that is, for messages.
        values: by the benchmark's name and the unit, the values and
            iterations of its lines.
        written: the units as they are written.
    """

    config: Mapping[str, str]
    first: str
    values: dict[str, dict[str, tuple[list[float], list[int]]]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)


@dataclass
class _Series:
    """What one unit of one Go benchmark function gave in one run."""

    identity: str
    metric: naming.Metric
    # Its parameters' values are asv's own, as an export tells.
    exact: bool = False
    samples: _Samples = field(default_factory=lambda: defaultdict(list))
    # The benchmark that has a combination of parameters, whatever their order.
    names: dict[frozenset[tuple[str, str]], str] = field(default_factory=dict)


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
        else settings.module_path(settings.load(conf).dir)
    )
    with contextlib.nullcontext() if options.dry_run else store.locked(conf.results_dir):
        known = definitions.load(conf)
        before = dict(known)
        files: list[tuple[Results, Machine]] = []
        for run, run_results in runs.items():
            series = _series(run_results, better, module, known, summary)
            asv_results = _open_results(conf, repo, run, machines[run])
            if _lay_out(asv_results, series, known, options.append, summary):
                files.append((asv_results, machines[run]))
        if not summary.samples:
            reasons = "; ".join(sorted({f"{what}: {why}" for what, why in summary.left_out}))
            raise util.UserError(f"nothing could be imported: {reasons}")
        new = {name for name, entry in known.items() if entry != before.get(name)}
        if new:
            summary.written["benchmarks.json"] = len(new)
        for _, machine in files:
            if not store.machine_file(conf, machine).exists():
                summary.written[f"{machine.machine}/machine.json"] = 0
        if not options.dry_run:
            store.write(conf, files, known if new else None)
    return summary


# What tells texts apart: file, package and origin.
_Key = tuple[str, str, Origin]


def _read(
    inputs: Iterable[tuple[str, Iterable[bytes]]], summary: Summary
) -> tuple[dict[_Key, _Text], dict[tuple[str, str], str]]:
    """Read all inputs; return the results and, by file and unit, what is said to be better."""
    texts: dict[_Key, _Text] = {}
    better: dict[tuple[str, str], str] = {}
    for name, lines in inputs:
        config: Mapping[str, str] | None = None
        for record in benchfmt.read(lines, name):
            if isinstance(record, benchfmt.Result):
                if record.config is not config:
                    config = record.config
                    text = _text_of(texts, record)
                if not record.terminated:
                    summary.problems.append(
                        f"{record.file}:{record.line}: the line has no end, "
                        "so the input may be cut off; left out"
                    )
                elif not all(abs(v.value) <= MAX_VALUE for v in record.values):
                    where = f"{record.file}:{record.line}"
                    summary.problems.append(
                        f"{where}: a value is not finite, or greater than {MAX_VALUE:g}; left out"
                    )
                else:
                    units = text.values.setdefault(record.name, {})
                    for value in record.values:
                        found = units.get(value.unit)
                        if found is None:
                            found = units[value.unit] = ([], [])
                            text.written.setdefault(value.unit, value.written_unit)
                        found[0].append(value.value)
                        found[1].append(record.iterations)
            elif isinstance(record, benchfmt.UnitMetadata):
                if record.key == "better":
                    better[record.file, record.unit] = record.value
            elif not isinstance(record, benchfmt.BareName):
                about = f": {record.text}" if record.text else ""
                summary.problems.append(f"{record.file}:{record.line}: {record.message}{about}")
    return {key: text for key, text in texts.items() if text.values}, better


def _text_of(texts: dict[_Key, _Text], result: benchfmt.Result) -> _Text:
    config = result.config
    key = (result.file, config.get("pkg", ""), origin.of(config))
    return texts.setdefault(key, _Text(config, f"{result.file}:{result.line}"))


def _runs(
    conf: Any, repo: Any, texts: dict[_Key, _Text], options: Options, summary: Summary
) -> dict[_Run, list[tuple[_Key, _Text]]]:
    """Tell the runs apart: by the options, else by configuration lines, else by what is here.

    A configuration line that names no commit or no Go version costs its own
    results alone.
    """
    commit = revision.commit(repo, options.commit) if options.commit is not None else None
    runtime = _runtime(options.go_version, conf) if options.go_version is not None else None
    runs: dict[Origin, _Run | None] = {}
    texts_of: dict[_Run, list[tuple[_Key, _Text]]] = defaultdict(list)
    systems: dict[_Run, dict[str, tuple[str, str]]] = defaultdict(dict)
    for key, text in texts.items():
        given = key[2]._replace(benchmark=None, system=())
        if given not in runs:
            try:
                runs[given] = _run(
                    commit or revision.commit(repo, given.commit or "HEAD"), runtime, given, conf
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
            version = toolchain.on_path().version
        return naming.runtime(version, conf.pythons)
    except toolchain.ToolchainNotFound as error:
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


def _series(
    texts: list[tuple[_Key, _Text]],
    better: Mapping[tuple[str, str], str],
    module: str | None,
    known: Mapping[str, Mapping[str, Any]],
    summary: Summary,
) -> dict[str, _Series]:
    """Name the benchmarks of one run; return their samples by asv name."""
    exported = [(key[2].benchmark, text) for key, text in texts if key[2].benchmark]
    texts = [(key, text) for key, text in texts if not key[2].benchmark]
    # The package goes before: it is a part of what tells benchmarks apart.
    names = (f"{package} {name}" for (_, package, _), text in texts for name in text.values)
    split = naming.split_gomaxprocs(names)
    gomaxprocs = {number for _, number in split.values()}
    if len(gomaxprocs) > 1:
        summary.gomaxprocs |= gomaxprocs

    series: dict[str, _Series] = {}
    named: dict[tuple[str, str, str, str], naming.Series | None] = {}
    for (file, package, _), text in texts:
        for full_name, units in text.values.items():
            base, number = split[f"{package} {full_name}"]
            name = naming.parse(base[len(package) + 1 :])
            parameters = name.parameters
            if len(gomaxprocs) > 1:
                parameters = naming.with_gomaxprocs(parameters, number)
            for unit, (values, iterations) in units.items():
                key = (file, package, name.function, unit)
                if key not in named:
                    named[key] = naming.series(
                        package, module, name.function, unit, better.get((file, unit))
                    )
                of = named[key]
                why = _why_not(of, series) or _why_not_keys(parameters)
                if of is None or why:
                    what = f"{naming.go_name(package, name.function)} {text.written[unit]}"
                    summary.left_out[what if of is None else of.identity, why] += len(values)
                    continue
                one = series.setdefault(of.name, _Series(of.identity, of.metric))
                other = one.names.setdefault(frozenset(parameters), base)
                if other != base:
                    what = f"{of.identity} of {full_name}"
                    why = f"its parameters are those of {other[len(package) + 1 :]}"
                    summary.left_out[what, why] += len(values)
                    continue
                one.samples[parameters] += zip(values, iterations)
    for benchmark, text in exported:
        found = _exported(benchmark, text, known, summary)
        if found is not None and benchmark in series:
            summary.left_out[benchmark, "Go's own results of it are there, too"] += 1
        elif found is not None:
            series[benchmark] = found
    return series


def _exported(
    benchmark: str, text: _Text, known: Mapping[str, Mapping[str, Any]], summary: Summary
) -> _Series | None:
    """Return the samples of one of Python's benchmarks that an export wrote."""
    count = sum(len(values) for units in text.values.values() for values, _ in units.values())
    entry = known.get(benchmark)
    if entry is None or definitions.is_go(entry):
        why = "asv knows no such benchmark of Python's: `asv run --bench just-discover` finds it"
        summary.left_out[benchmark, why] += count
        return None
    names = {naming.escape(name, ""): name for name in entry["param_names"]}
    values = dict(zip(entry["param_names"], map(naming.written_values, entry["params"])))
    series = _Series(benchmark, naming.Metric("", entry["type"], entry["unit"]), exact=True)
    for full_name, units in text.values.items():
        (of,) = units.values() if len(units) == 1 else ((([], [])),)
        parts = naming.parse(_NUMBER.sub("", full_name)).parameters
        try:
            parameters = tuple((names[key], values[names[key]][value]) for key, value in parts)
        except KeyError as lack:
            why = f"it has no parameter or value {lack}"
            summary.left_out[f"{benchmark} of {full_name}", why] += len(of[0])
            continue
        series.samples[parameters] += zip(*of)
    return series


def _why_not(named: naming.Series | None, series: Mapping[str, _Series]) -> str:
    """Return why a unit of a benchmark is left out; empty if it is not."""
    if named is None:
        return "higher is better, which asv cannot show"
    if len(named.name.encode()) > MAX_NAME:
        return f"its asv name is longer than the {MAX_NAME} bytes of a graph's file"
    if _UNSAFE.search(named.name):
        return "it has characters in its name that no Go package or function has"
    if origin.has_markup(named.identity) or origin.has_markup(named.metric.unit):
        return "it has characters in its unit that could be markup"
    if named.name in series and series[named.name].identity != named.identity:
        return f"its name {named.name} is taken by {series[named.name].identity}"
    return ""


def _why_not_keys(parameters: Iterable[tuple[str, str]]) -> str:
    if any(origin.has_markup(key) for key, _ in parameters):
        return "it has characters in a parameter's name that could be markup"
    return ""


def _open_results(conf: Any, repo: Any, run: _Run, machine: Machine) -> Results:
    """Return asv's results of one run, with what they hold so far."""
    requirements, env_vars = dict(run.requirements), dict(run.env_vars)
    params = {**requirements, **machine.__dict__, "python": run.python}
    date = repo.get_date(run.commit)
    results = Results(params, requirements, run.commit, date, run.python, run.environment, env_vars)
    results.load_data(conf.results_dir)
    return results


def _lay_out(
    results: Results,
    series: dict[str, _Series],
    known: dict[str, dict[str, Any]],
    append: bool,
    summary: Summary,
) -> bool:
    """Put the samples of one run into asv's results; say whether that changed anything.

    New definitions go into *known*.
    """
    changed = imported = 0
    for name, one in sorted(series.items()):
        try:
            definition = known.get(name)
            if definitions.is_go(definition):
                combinations = [dict(parameters) for parameters in one.samples]
                definition = definitions.define(
                    name, one.identity, one.metric, combinations, definition
                )
                definition[definitions.IMPORTED] = True
                known[name] = definition
                joins = summary.defined
            else:
                assert definition is not None
                definitions.check_joins(definition, one.metric.type, one.metric.unit)
                joins = summary.joined
        except definitions.DoesNotFit as reason:
            count = sum(len(samples) for samples in one.samples.values())
            summary.left_out[one.identity, f"{name}: {reason}"] += count
            continue
        placed: dict[int, list[tuple[float, int]]] = {}
        for parameters, samples in one.samples.items():
            try:
                place = definitions.index(definition, dict(parameters), exact=one.exact)
                if place in placed:
                    raise definitions.DoesNotFit("its parameters are those of another")
                placed[place] = samples
                summary.samples += len(samples)
            except definitions.DoesNotFit as reason:
                summary.left_out[one.identity, f"{name}: {reason}"] += len(samples)
        if placed:
            joins.add(name)
            imported += 1
            changed += _add(results, definition, placed, append)
    path = get_filename(results.params["machine"], results.commit_hash, results.env_name)
    if changed:
        summary.written[path] = imported
    elif imported:
        summary.unchanged.append(path)
    return changed > 0


def _add(
    results: Results,
    definition: dict[str, Any],
    placed: dict[int, list[tuple[float, int]]],
    append: bool,
) -> bool:
    """Add samples by their place to one benchmark of *results*; say whether that changed it."""
    name, params = definition["name"], definition["params"]
    count = math.prod(len(values) for values in params)
    old_samples: list[Any] = [None] * count
    old_places: set[int] = set()
    version = results.benchmark_version
    if version.get(name) is None:
        version[name] = definition["version"]  # as for asv, none matches any
    if name in results.get_all_result_keys() and version[name] == definition["version"]:
        old_samples = results.get_result_samples(name, params)
        combinations = {
            combination: place
            for place, combination in enumerate(definitions.combinations(definition))
        }
        laid_out = definitions.combinations({"params": results.get_result_params(name)})
        old_places = {combinations[c] for c in laid_out if c in combinations}
    new = {place: [value for value, _ in samples] for place, samples in placed.items()}
    same = all(old_samples[place] == samples for place, samples in new.items())
    if same and not append and results.get_result_params(name) == params:
        return False

    # What was never measured is NaN, asv's n/a; None would be a failure.
    result: list[Any] = [math.nan] * count
    samples: list[Any] = [None] * count
    number: list[Any] = [None] * count
    for place, values in new.items():
        result[place], samples[place] = True, values
        number[place] = statistics.median_low(n for _, n in placed[place])
    seconds = sum(v * n for at in placed.values() for v, n in at)
    results.add_result(
        definition,
        BenchmarkResult(result, samples, number, 0, "", None),
        started_at=datetime.datetime.now(datetime.timezone.utc),
        duration=seconds if definition["type"] == "time" else None,
        record_samples=True,
        append_samples=append,
        selected_idx=set(range(count)) - (old_places - new.keys()),
    )
    return True
