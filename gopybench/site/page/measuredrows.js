/* What was measured at a commit, as rows: a value or why there is none, and the words for it. */

import { measured, places } from "./data.js";

/* Return all that was measured in an environment at a commit, in the order of the benchmarks. */
export async function rows(index, environment, commit) {
  const found = [];
  for (const [number, { campaign, values, reasons = {} }] of Object.entries(
    await measured(environment, commit),
  )) {
    const benchmark = index.benchmarks[number];
    values.forEach((value, combination) => {
      if (value === null) return;
      const at = places(benchmark.params, combination);
      found.push({
        environment: index.environments[environment],
        benchmark,
        combination,
        campaign,
        at,
        ...told(value),
        reason: reasons[combination] ?? "",
      });
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

/* The address of the histories of rows of one benchmark: a line of each. */
export function historyOf(index, ...of) {
  const asked = new URLSearchParams({ benchmark: of[0].benchmark.name });
  const lines = of.map(({ environment, benchmark, at }) => {
    const values = benchmark.params.map((param, i) => param.values[at[i]]);
    const machine = index.machines[environment.machine].name;
    return JSON.stringify([environment.label, machine, ...values]);
  });
  for (const line of new Set(lines)) asked.append("line", line);
  return `history.html?${asked}`;
}
