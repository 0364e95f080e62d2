/* An address of asv's graphs -> what the page of histories shows of the same. */

import { combination, places } from "./data.js";
import { MOST } from "./historylines.js";
import { RUNTIME, defaults, environments } from "./historystate.js";

/* Return what "#benchmark?python=3.13&p-n=10" asks for, or null where that is no benchmark here. */
export function fromGraph(hash, index, commits) {
  const [name, query = ""] = hash.slice(1).split("?");
  const benchmark = index.benchmarks.findIndex((one) => one.name === decodeURIComponent(name));
  if (benchmark < 0) return null;
  const asked = new URLSearchParams(query);
  const state = defaults(index, benchmark);
  const { params } = index.benchmarks[benchmark];
  const isAsked = (key, value) => !asked.has(key) || asked.getAll(key).map(bare).includes(bare(value));
  const all = environments(index, benchmark);
  const there = all.filter((one) => {
    const of = { ...one.params, machine: index.machines[one.machine].name };
    return [...asked.keys()].every((key) => !isOfEnvironment(key, all) || isAsked(key, of[key] ?? "[none]"));
  });
  const x = asked.get("x-axis");
  const over = params.findIndex((param) => param.name === x);
  if (over >= 0) Object.assign(state, { x: over, by: RUNTIME });
  else if (x === "date" || asked.get("x-axis-scale") === "date") state.x = "date";
  if (asked.get("y-axis-scale") === "log") state.scale = "log";
  if (Object.hasOwn(index.branches, asked.get("branch") ?? "")) state.branch = asked.get("branch");
  const wanted = combinations(params).filter((one) =>
    places(params, one).every((place, i) => (i === over ? place === 0 : isAsked(`p-${params[i].name}`, params[i].values[place]))),
  );
  const isNarrowed = there.length < all.length || params.some((param) => asked.has(`p-${param.name}`));
  if (isNarrowed && there.length && wanted.length) {
    state.machine = there[0].machine;
    state.places = places(params, wanted[0]);
    const lines = there.flatMap(({ number }) => wanted.map((one) => ({ environment: number, combination: one })));
    state.lines = lines.slice(0, MOST);
  }
  const range = (asked.get("commits") ?? "").split("-").map((hash) => commits.findIndex(([short]) => short && hash.startsWith(short)));
  if (range.length === 2 && !range.includes(-1)) state.commit = range[1];
  return state;
}

const bare = (text) => text.replace(/^(['"])(.+)\1$/, "$2");

const isOfEnvironment = (key, all) => key === "machine" || all.some((one) => Object.hasOwn(one.params, key));

function combinations(params) {
  const count = combination(params, params.map((param) => param.values.length - 1)) + 1;
  return Array.from({ length: count }, (_, i) => i);
}
