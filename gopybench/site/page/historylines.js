/* Which lines the page of histories draws, what they are called, and their colours. */

import { combination, history, places } from "./data.js";
import { MACHINE, RUNTIME, environments } from "./historystate.js";

/* As many lines are drawn until others are ticked. */
export const MOST = 8;

/* So many files are looked through for lines that have values. */
const LOOKED_THROUGH = 40;

const OF_FAMILIES = { Go: "go", CPython: "cpython", Cython: "cython", PyPy: "pypy" };
const COLOURS = ["cpython", "go", "cython", "pypy", "red", "violet", "olive", "other"];

/* Return the lines of a view, each with what its file has of it; those without a value are left out,
   unless all are. */
export async function lines(state, index) {
  const branch = Object.keys(index.branches).indexOf(state.branch);
  const asked = state.lines ?? candidates(state, index);
  const combinations = [...new Set(asked.map((line) => line.combination))].slice(0, LOOKED_THROUGH);
  const files = await Promise.all(combinations.map((one) => history(state.benchmark, one, branch)));
  const found = [];
  for (const line of asked) {
    const file = files[combinations.indexOf(line.combination)];
    const data = file?.lines.find((one) => one.environment === line.environment);
    if (data) found.push({ ...line, file, data });
  }
  const valued = found.filter(({ data }) => data.values.some(Number.isFinite));
  // Where nothing has a value, there is still why.
  const shown = state.lines ? found : first(valued.length ? valued : found, index, state.base);
  const { params } = index.benchmarks[state.benchmark];
  return coloured(named(shown, index, params, state.x), index);
}

function candidates(state, index) {
  const { params } = index.benchmarks[state.benchmark];
  const here = combination(params, state.places);
  const all = environments(index, state.benchmark).map((one) => ({
    ...one,
    environment: one.number,
  }));
  const on = all.filter((one) => one.machine === state.machine);
  if (state.by === RUNTIME)
    return on.map(({ environment }) => ({ environment, combination: here }));
  const same = all.filter((one) => one.label === state.runtime);
  if (state.by === MACHINE)
    return same.map(({ environment }) => ({ environment, combination: here }));
  const runtime = on.find((one) => one.label === state.runtime);
  if (!runtime) return [];
  return params[state.by].values.map((_, place) => {
    const at = state.places.with(state.by, place);
    return { environment: runtime.environment, combination: combination(params, at) };
  });
}

/* Return the first lines: the chosen baseline, of each kind the newest, and those with a long history. */
function first(found, index, base) {
  const points = (line) => line.data.values.filter(Number.isFinite).length;
  const most = Math.max(...found.map(points));
  const isAlike = (line, other) => {
    const [one, another] = [line, other].map(
      ({ environment }) => index.environments[environment].family,
    );
    return one === another && line.combination === other.combination;
  };
  const isNewest = (line) => found.findLast((other) => isAlike(line, other)) === line;
  const isBase = (line) =>
    line.environment === base?.environment && line.combination === base.combination;
  const isLong = (line) => points(line) >= most / 4;
  const rank = (line) => (isBase(line) || isNewest(line) ? 0 : isLong(line) ? 1 : 2);
  const ranked = found.filter((line) => rank(line) < 2).sort((a, b) => rank(a) - rank(b));
  const chosen = ranked.slice(0, MOST);
  return found.filter((line) => chosen.includes(line));
}

/* What a line is, for people: its runtime, machine and parameters. */
export function parts(line, index, params) {
  const { label, machine } = index.environments[line.environment];
  const at = places(params, line.combination);
  const words = params.map((param, i) => (param.words ?? param.values)[at[i]]);
  return [label, ...words, index.machines[machine].name];
}

/* Call each line by what it does not share with all others, but for what is on the axis. */
function named(shown, index, params, x) {
  const all = shown.map((line) => parts(line, index, params));
  const differs = all[0]?.map((part, i) => i !== x + 1 && all.some((one) => one[i] !== part)) ?? [];
  const label = (one) => one.filter((_, i) => differs[i]).join(" · ") || one[0];
  return shown.map((line, i) => ({ ...line, label: label(all[i]) }));
}

/* What is the same in all lines. */
export function shared(shown, index, params, x) {
  const all = shown.map((line) => parts(line, index, params));
  const same =
    all[0]?.filter((part, i) => i !== x + 1 && all.every((one) => one[i] === part)) ?? [];
  return shown.length === 1 ? same.slice(1) : same;
}

/* Give each line a colour, its runtime's if that is free; from the ninth on they are dashed. */
function coloured(shown, index) {
  const taken = new Set();
  return shown.map((line, i) => {
    const own = OF_FAMILIES[index.environments[line.environment].family];
    const free =
      COLOURS.find((one) => !taken.has(one) && !claimed(shown, index, one)) ??
      COLOURS.find((one) => !taken.has(one));
    const colour = own && !taken.has(own) ? own : (free ?? COLOURS[i % COLOURS.length]);
    taken.add(colour);
    return { ...line, colour, isDashed: i >= COLOURS.length };
  });
}

function claimed(shown, index, colour) {
  return shown.some((line) => OF_FAMILIES[index.environments[line.environment].family] === colour);
}

/* The line that others are compared with: the chosen one, else Go’s among runtimes, else the first. */
export function baseline(shown, index, chosen) {
  const like = shown.filter((line) => line.environment === chosen?.environment);
  if (like.length) return like.find((line) => line.combination === chosen.combination) ?? like[0];
  const environments = new Set(shown.map((line) => line.environment));
  const go = shown.find((line) => index.environments[line.environment].family === "Go");
  return (environments.size > 1 && go) || shown[0];
}
