/* The controls of the page of all results: what its rows are chosen by. */

import { choice, segments } from "./formcontrols.js";
import { day } from "./numbers.js";
import { STATES, runtimes } from "./resultsstate.js";

/* Parameters that fewer benchmarks have are found by a search. */
const PARAMETERS = 6;

const WORDS = { value: "with a value", failed: "failed", "n/a": "not available" };

/* Make the controls. *to* gives the address of a view, *go* leads there. */
export function facets({ view, index, commits, to, go }) {
  const at = (change) => ({ ...view, ...change });
  const any = (name, key, values) => {
    const chosen = values.indexOf(view[key]) + 1;
    return choice(name, ["all", ...values], chosen, (i) => go(at({ [key]: i ? values[i - 1] : null })));
  };
  const machines = index.machines.map((one) => one.name);
  // The newest first.
  const hashes = commits.map(([short, seconds]) => [short, day(seconds)].filter(Boolean).join(" · ")).reverse();
  const states = [null, ...STATES].map((state) => ({
    words: WORDS[state] ?? "all",
    address: to(at({ state })),
    isChosen: view.state === state,
  }));
  return [
    choice("commit", hashes, commits.length - 1 - view.commit, (i) => go(at({ commit: commits.length - 1 - i }))),
    any("runtime", "runtime", runtimes(index)),
    machines.length > 1 ? any("machine", "machine", machines) : null,
    choice("benchmark", ["all", ...index.benchmarks.map((one) => one.name)], place(view, index), (i) =>
      go(at({ benchmark: i ? index.benchmarks[i - 1].name : null, params: {} })),
    ),
    ...parameters(view, index).map(([name, values]) => {
      const shown = [...values.keys()];
      const chosen = shown.indexOf(view.params[name]) + 1;
      const { [name]: _, ...others } = view.params;
      const change = (i) => go(at({ params: i ? { ...others, [name]: shown[i - 1] } : others }));
      // A parameter may be called like another control.
      return choice(name, ["all", ...values.values()], chosen, change, `parameter-${name}`);
    }),
    segments("state", states),
  ].filter(Boolean);
}

function place(view, index) {
  return index.benchmarks.findIndex((one) => one.name === view.benchmark) + 1;
}

/* The parameters that most benchmarks have, with the words for all of their values. */
function parameters(view, index) {
  const found = new Map();
  for (const benchmark of index.benchmarks) {
    if (view.benchmark !== null && benchmark.name !== view.benchmark) continue;
    for (const { name, values, words = values } of benchmark.params) {
      const of = found.get(name) ?? { count: 0, values: new Map() };
      of.count++;
      values.forEach((value, i) => of.values.set(value, words[i]));
      found.set(name, of);
    }
  }
  // What the address asks for can be taken back.
  for (const [name, value] of Object.entries(view.params)) {
    const of = found.get(name) ?? { count: 0, values: new Map() };
    if (!of.values.has(value)) of.values.set(value, value);
    found.set(name, { ...of, count: Infinity });
  }
  const several = [...found].filter(([name, of]) => of.values.size > 1 || name in view.params);
  const often = several.sort(([, a], [, b]) => b.count - a.count).slice(0, PARAMETERS);
  return often.map(([name, of]) => [name, of.values]);
}
