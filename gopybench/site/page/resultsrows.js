/* The values of a commit as rows, and which of them are asked for. */

import { measured, places } from "./data.js";

/* Return all that was measured in an environment at a commit, in the order of the benchmarks. */
export async function rows(index, environment, commit) {
  const found = [];
  for (const [number, { campaign, values, reasons = {} }] of Object.entries(await measured(environment, commit))) {
    const benchmark = index.benchmarks[number];
    values.forEach((value, combination) => {
      if (value === null) return;
      const at = places(benchmark.params, combination);
      found.push({ environment: index.environments[environment], benchmark, campaign, at, ...told(value), reason: reasons[combination] ?? "" });
    });
  }
  return found;
}

/* A value may have its samples and interval beside it; what has none is a state. */
function told(found) {
  if (typeof found === "string") return { value: null, state: found };
  const [value, samples = null, low = null, high = null] = Array.isArray(found) ? found : [found];
  return { value, state: "value", samples, low, high };
}

/* The words for the values of a row's parameters. */
export function words({ benchmark, at }) {
  return benchmark.params.map((param, i) => (param.words ?? param.values)[at[i]]);
}

/* Return whether an environment is asked for. */
export function isWanted(environment, view, index) {
  const isThere = view.machine === null || index.machines[environment.machine].name === view.machine;
  return isThere && (view.runtime === null || environment.label === view.runtime);
}

/* Return what tells rows that are asked for from others. */
export function filter(view, index) {
  const sought = view.search.toLowerCase().split(/\s+/).filter(Boolean);
  const params = Object.entries(view.params);
  return (row) => {
    const { benchmark, environment } = row;
    if (!isWanted(environment, view, index)) return false;
    if (view.benchmark !== null && benchmark.name !== view.benchmark) return false;
    if (view.state !== null && row.state !== view.state) return false;
    const has = ([name, value]) => benchmark.params.some((param, i) => param.name === name && param.values[row.at[i]] === value);
    if (!params.every(has)) return false;
    if (!sought.length) return true;
    const text = [environment.label, index.machines[environment.machine].name, benchmark.name, ...words(row), row.state, row.reason].join(" ").toLowerCase();
    return sought.every((word) => text.includes(word));
  };
}

/* Say how many rows have a value, failed, and are not available. */
export function counted(found) {
  const count = (state) => found.filter((row) => row.state === state).length;
  const [values, failed, lacking] = ["value", "failed", "n/a"].map(count);
  const number = (of) => of.toLocaleString("en");
  const said = [];
  if (values || !found.length) said.push(`${number(values)} ${values === 1 ? "value" : "values"}`);
  if (failed) said.push(`${number(failed)} failed`);
  if (lacking) said.push(`${number(lacking)} not available`);
  return said.join(", ");
}
