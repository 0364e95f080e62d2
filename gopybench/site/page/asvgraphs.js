/* An address of asv's graphs, or of the page of all runtimes that is gone -> what of History is the same. */

import { combination, commitAt } from "./data.js";
import { MOST } from "./historylines.js";
import { RUNTIME, defaults, environments } from "./historystate.js";

/* Return what "#benchmark?python=3.13&p-n=10" asks for, and what it asks for in vain. Without a
   benchmark it is that of *start*. */
export function fromGraph(hash, index, commits, start) {
  const [name, query = ""] = hash.slice(1).split("?");
  const asked = new URLSearchParams(query);
  const vain = [];
  const found = index.benchmarks.findIndex((one) => one.name === decoded(name));
  if (name && found < 0) vain.push(`There is no benchmark ${decoded(name)} here.`);
  const benchmark = found < 0 ? start.benchmark : found;
  const { params } = index.benchmarks[benchmark];
  const has = (key, value) => asked.getAll(key).map(bare).includes(bare(value));
  const all = environments(index, benchmark).map((one) => ({
    ...one,
    of: { runtime: one.label, ...one.params, machine: index.machines[one.machine].name },
  }));
  const keys = [...new Set(asked.keys())].filter((key) =>
    all.some(({ of }) => Object.hasOwn(of, key)),
  );
  const asks = (key, of) => has(key, of[key] ?? "[none]");
  const on = all.filter(({ of }) => !asked.has("machine") || asks("machine", of));
  const there = on.filter(({ of }) => keys.every((key) => asks(key, of)));
  if (!there.length)
    vain.push(`Nothing here is of ${keys.map((key) => `${key} ${asked.getAll(key)}`).join(", ")}.`);
  const near = there.length ? there : on;
  const usual = found < 0 ? start.machine : undefined;
  const state = defaults(index, benchmark, near.length < all.length ? near[0]?.machine : usual);
  const x = asked.get("x-axis");
  const over = params.findIndex((param) => param.name === x);
  if (over >= 0) Object.assign(state, { x: over, by: RUNTIME });
  else if (x === "date" || asked.get("x-axis-scale") === "date") state.x = "date";
  if (asked.get("y-axis-scale") === "log") state.scale = "log";
  if (Object.hasOwn(index.branches, asked.get("branch") ?? "")) state.branch = asked.get("branch");
  // The old page had "CPython 3.13 · Person · single", or such, as one of its lines.
  const [runtime, ...words] = (asked.get("baseline") ?? "").split(" · ");
  const chosen = params.map((param, i) => {
    const key = `p-${param.name}`;
    const places = [...param.values.keys()];
    const named = places.find((place) => isNamed(words, param, place));
    state.places[i] = named ?? state.places[i];
    const wanted = places.filter((place) => has(key, param.values[place]));
    if (asked.has(key) && !wanted.length)
      vain.push(`There is no ${param.name} of ${asked.getAll(key)} here.`);
    state.places[i] = wanted[0] ?? state.places[i];
    if (i === over) return [0];
    if (wanted.length) return wanted;
    return asked.has(key) || param.role === "size" ? [state.places[i]] : places;
  });
  const isOfSome = near.length < on.length;
  if (isOfSome || params.some((param, i) => asked.has(`p-${param.name}`) && chosen[i].length > 1)) {
    // What it names comes first; where it names no runtime, there may be too many.
    const some = isOfSome ? near : newest(near);
    const unasked = (place, i) => place !== state.places[i] && !asked.has(`p-${params[i].name}`);
    const far = (at) => at.filter(unasked).length;
    const wanted = product(chosen).sort((a, b) => far(a) - far(b));
    const lines = wanted.flatMap((at) =>
      some.map(({ number }) => ({
        environment: number,
        combination: combination(params, at),
      })),
    );
    state.lines = lines.slice(0, MOST);
  }
  const base = near.find((one) => one.label === runtime && one.machine === state.machine);
  if (base) {
    const line = { environment: base.number, combination: combination(params, state.places) };
    Object.assign(state, { unit: "baseline", base: line });
  }
  // Of a range it is the commit that brought a change.
  const commit = (asked.get("commits") ?? asked.get("commit") ?? "").split("-").at(-1);
  const at = commit ? commitAt(commit, commits) : null;
  if (at === -1) vain.push(`There is no commit ${commit} here.`);
  else state.commit = at;
  return { state, vain };
}

/* Of each kind of runtime the last. */
function newest(all) {
  return all.filter((one, i) => i === all.findLastIndex((other) => other.family === one.family));
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const bare = (text) => text.replace(/^(['"])(.+)\1$/, "$2");

/* Whether the words of such a line have a value of a parameter; sizes are not among them. */
function isNamed(words, { name, role, values }, place) {
  const all = [values[place], `${name}=${values[place]}`];
  return role !== "size" && all.some((word) => words.includes(word));
}

function product(lists) {
  return lists.reduce(
    (found, list) => found.flatMap((one) => list.map((place) => [...one, place])),
    [[]],
  );
}
