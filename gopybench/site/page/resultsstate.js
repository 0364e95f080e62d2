/* What the page of all results shows <-> its address. */

import { commitAt } from "./data.js";

export const STATES = ["value", "failed", "n/a"];

/* Return what is shown when nothing is asked for: all of a commit. */
export function defaults(commit) {
  return {
    commit,
    search: "",
    runtime: null,
    machine: null,
    benchmark: null,
    state: null,
    params: {},
  };
}

/* Whether all of the commit is shown. */
export function isWhole({ search, runtime, machine, benchmark, state, params }) {
  const isFree = [runtime, machine, benchmark, state].every((one) => one === null);
  return isFree && search === "" && Object.keys(params).length === 0;
}

/* Return what an address asks for, and what it asks for in vain. */
export function fromAddress(search, index, commits, latest) {
  const asked = new URLSearchParams(search);
  const view = defaults(latest);
  const vain = [];
  const choose = (key, choices) => {
    if (!asked.has(key)) return;
    if (choices.includes(asked.get(key))) view[key] = asked.get(key);
    else vain.push(`There is no ${key} ${asked.get(key)} here.`);
  };
  view.search = asked.get("q") ?? "";
  choose("runtime", runtimes(index));
  choose(
    "machine",
    index.machines.map((one) => one.name),
  );
  choose(
    "benchmark",
    index.benchmarks.map((one) => one.name),
  );
  choose("state", STATES);
  for (const [key, value] of asked) {
    if (key.startsWith("p-")) view.params[key.slice(2)] = value;
  }
  const hash = asked.get("commit");
  if (hash) {
    const found = commitAt(hash, commits);
    if (found < 0) vain.push(`There is no commit ${hash} here.`);
    else view.commit = found;
  }
  return { view, vain };
}

/* Return the address of what is shown: what is not as usual, and the commit where it is pinned. */
export function toAddress(view, commits, latest, isPinned = false) {
  const asked = new URLSearchParams();
  if (view.commit !== latest || isPinned) asked.set("commit", commits[view.commit][0]);
  for (const key of ["runtime", "machine", "benchmark", "state"]) {
    if (view[key] !== null) asked.set(key, view[key]);
  }
  for (const [name, value] of Object.entries(view.params)) asked.set(`p-${name}`, value);
  if (view.search) asked.set("q", view.search);
  return `?${asked}`;
}

/* The runtimes by their labels, which are the same on all machines. */
export function runtimes(index) {
  return [...new Set(index.environments.map((one) => one.label))];
}
