/* Which rows of the page of all results are asked for, and how many there are. */

import { words } from "./measuredrows.js";

/* Return whether an environment is asked for. */
export function isWanted(environment, view, index) {
  const isThere =
    view.machine === null || index.machines[environment.machine].name === view.machine;
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
    const has = ([name, value]) =>
      benchmark.params.some((param, i) => param.name === name && param.values[row.at[i]] === value);
    if (!params.every(has)) return false;
    if (!sought.length) return true;
    const text = [
      environment.label,
      index.machines[environment.machine].name,
      benchmark.name,
      ...words(row),
      row.state,
      row.reason,
    ]
      .join(" ")
      .toLowerCase();
    return sought.every((word) => text.includes(word));
  };
}

/* Rows of one benchmark, the least value first, and last those without. */
export const byValue = (one, other) => (one.value ?? Infinity) - (other.value ?? Infinity) || 0;

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
