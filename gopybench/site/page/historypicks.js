/* Lines of the page of histories that are chosen by their names: one alone, then others with it. */

import { places } from "./data.js";
import { element } from "./elements.js";
import { lines } from "./historylines.js";

const isSame = (one, other) =>
  one.environment === other.environment && one.combination === other.combination;

/* Return what is shown after a line's name: it alone where none is chosen, else with it or without. */
function picked(state, { environment, combination }) {
  const line = { environment, combination };
  const chosen = state.lines ?? [];
  const others = chosen.filter((one) => !isSame(one, line));
  const isTaken = others.length < chosen.length;
  if (isTaken) return { ...state, lines: others.length ? others : null };
  return { ...state, lines: [...chosen, line] };
}

/* A name that does so when it is followed; *to* gives the address of a state. */
export const lineName = (state, line, to) =>
  element(
    "a",
    {
      id: `show-${line.environment}-${line.combination}`,
      href: to(picked(state, line)),
      "data-view": true,
    },
    line.label,
  );

/* Return the lines that may be added by their names: those that would be shown if none were chosen. */
export async function offered(state, index, shown) {
  if (!state.lines || !shown.length) return [];
  const [{ environment, combination }] = shown;
  const { label, machine } = index.environments[environment];
  const at = places(index.benchmarks[state.benchmark].params, combination);
  const usual = { ...state, lines: null, machine, runtime: label, places: at };
  const all = await lines(usual, index);
  return all.filter((line) => !shown.some((one) => isSame(one, line)));
}

/* Say what names do, and which others there are. */
export function hint(state, others, shown, to) {
  if (!state.lines)
    return shown.length > 1 ? ["A name shows its line alone; then add others."] : [];
  const all = element(
    "a",
    { id: "all-lines", href: to({ ...state, lines: null }), "data-view": true },
    "the first view",
  );
  const names = others.flatMap((line, i) => [i ? " · " : "Add ", lineName(state, line, to)]);
  return [...names, names.length ? ", or go back to " : "Back to ", all, "."];
}
