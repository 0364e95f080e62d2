/* What the page of histories shows <-> its address. */

import { combination, commitAt, places } from "./data.js";

export const RUNTIME = "runtime";
export const MACHINE = "machine";

const UNITS = ["value", "baseline", "first"];
const SCALES = ["linear", "log"];

/* Return what is shown when nothing is asked for of a benchmark. */
export function defaults(index, benchmark, machine = latestMachine(index, benchmark)) {
  const { params, start } = index.benchmarks[benchmark];
  const there = environments(index, benchmark).filter((one) => one.machine === machine);
  const kind = there.filter((one) => one.family === there[0].family);
  return {
    benchmark,
    machine,
    branch: Object.keys(index.branches)[0],
    by: defaultBy(index, params, there),
    runtime: kind.at(-1)?.label ?? "",
    places: places(params, start),
    // Those that were ticked, in place of those that "by" says.
    lines: null,
    unit: "value",
    // The line that the others are multiples of, in place of the usual one.
    base: null,
    x: "commit",
    scale: "",
    from: null,
    to: null,
    commit: null,
    reference: null,
  };
}

function defaultBy(index, params, there) {
  if (there.length > 1) return RUNTIME;
  const several = params.findIndex((param) => param.role !== "size" && param.values.length > 1);
  if (several >= 0) return several;
  return index.machines.length > 1 ? MACHINE : RUNTIME;
}

function latestMachine(index, benchmark) {
  const there = environments(index, benchmark);
  const latest = Math.max(...there.map((one) => one.latest));
  return there.find((one) => one.latest === latest).machine;
}

/* The environments in which a benchmark has values, each with its number. */
export function environments(index, benchmark) {
  return index.benchmarks[benchmark].environments.map((number) => ({
    ...index.environments[number],
    number,
  }));
}

/* Return what an address asks for, and what it asks for in vain. */
export function fromAddress(search, index, commits, start) {
  const asked = new URLSearchParams(search);
  const vain = [];
  const find = (key, choices, words) => {
    if (!asked.has(key)) return -1;
    const found = choices.indexOf(asked.get(key));
    if (found < 0) vain.push(`There is no ${words} ${asked.get(key)} here.`);
    return found;
  };
  const benchmark = find(
    "benchmark",
    index.benchmarks.map((one) => one.name),
    "benchmark",
  );
  const machine = find(
    "machine",
    index.machines.map((one) => one.name),
    "machine",
  );
  const base = benchmark < 0 ? start : { benchmark, machine: undefined };
  const state = defaults(index, base.benchmark, machine < 0 ? base.machine : machine);
  const { params } = index.benchmarks[state.benchmark];
  params.forEach((param, i) => {
    const found = find(`p-${param.name}`, param.values, `${param.name} of`);
    if (found >= 0) state.places[i] = found;
  });
  const branch = find("branch", Object.keys(index.branches), "branch");
  if (branch >= 0) state.branch = Object.keys(index.branches)[branch];
  const dimensions = [RUNTIME, MACHINE, ...params.map((param) => `p-${param.name}`)];
  const by = find("lines", dimensions, "parameter");
  if (by >= 0) state.by = by < 2 ? dimensions[by] : by - 2;
  const labels = index.environments.map((one) => one.label);
  const runtime = find("runtime", labels, "runtime");
  if (runtime >= 0) state.runtime = labels[runtime];
  const lines = asked.getAll("line").map((text) => lineFrom(text, index, params));
  if (lines.length) {
    const found = lines.filter(Boolean);
    state.lines = found.length ? found : null;
    if (found.length < lines.length) vain.push("A line of the address is not here.");
  }
  const divisor = asked.get("base");
  state.base = divisor && lineFrom(divisor, index, params);
  if (divisor && !state.base) vain.push("The line that others were multiples of is not here.");
  state.unit = UNITS[Math.max(0, find("y", UNITS, "scale of values"))];
  state.scale = SCALES[find("scale", SCALES, "axis")] ?? "";
  const axes = ["commit", "date", ...params.map((param) => `p-${param.name}`)];
  const x = find("x", axes, "axis");
  if (x >= 0) state.x = x < 2 ? axes[x] : x - 2;
  if (state.x === state.by) state.by = RUNTIME;
  for (const key of ["from", "to", "commit", "reference"]) {
    const hash = asked.get(key);
    if (!hash) continue;
    const found = commitAt(hash, commits);
    if (found < 0) vain.push(`There is no commit ${hash} here.`);
    else state[key] = found;
  }
  return { state, vain };
}

function lineFrom(text, index, params) {
  try {
    const [label, machine, ...values] = JSON.parse(text);
    const environment = index.environments.findIndex(
      (one) => one.label === label && index.machines[one.machine].name === machine,
    );
    const at = params.map((param, i) => param.values.indexOf(values[i]));
    return environment < 0 || at.includes(-1)
      ? null
      : { environment, combination: combination(params, at) };
  } catch {
    return null;
  }
}

function lineText({ environment, combination }, index, params) {
  const { label, machine } = index.environments[environment];
  const at = places(params, combination);
  const values = params.map((param, i) => param.values[at[i]]);
  return JSON.stringify([label, index.machines[machine].name, ...values]);
}

/* Return the address of what is shown: what is not as usual, and the benchmark. */
export function toAddress(state, index, commits) {
  const { name, params } = index.benchmarks[state.benchmark];
  const usual = defaults(index, state.benchmark);
  const asked = new URLSearchParams({ benchmark: name });
  const add = (key, value, common) => value !== common && asked.set(key, value);
  add("machine", index.machines[state.machine].name, index.machines[usual.machine].name);
  add("branch", state.branch, usual.branch);
  const dimension = (by) => (typeof by === "number" ? `p-${params[by].name}` : by);
  // What is usual depends on the machine.
  const here = defaults(index, state.benchmark, state.machine);
  add("lines", dimension(state.by), dimension(here.by));
  add("runtime", state.runtime, here.runtime);
  params.forEach((param, i) => {
    add(`p-${param.name}`, param.values[state.places[i]], param.values[usual.places[i]]);
  });
  for (const line of state.lines ?? []) asked.append("line", lineText(line, index, params));
  add("y", state.unit, usual.unit);
  if (state.base) asked.set("base", lineText(state.base, index, params));
  add("x", dimension(state.x), usual.x);
  add("scale", state.scale, usual.scale);
  for (const key of ["from", "to", "commit", "reference"]) {
    if (state[key] !== null) asked.set(key, commits[state[key]][0]);
  }
  return `?${asked}`;
}
