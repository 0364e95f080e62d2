/* Two sides -> rows: what both have, what one alone has, and what is within the noise. */

/* A change that matters, as a share; docs/site.md names it. */
export const LEAST = 0.05;

/* The parts of what was measured: its value or state, and the ends of its interval. */
function parts(measured) {
  const [value, samples = null, low = null, high = null] = Array.isArray(measured)
    ? measured
    : [measured];
  const isValue = typeof value === "number";
  return { value: isValue ? value : null, state: isValue ? "" : value, samples, low, high };
}

/* Environments that are compared: one with one, or each with that of the same runtime. */
export function pairs(environments, before, after) {
  const of = ({ machine, runtime }) =>
    environments
      .map((environment, number) => ({ ...environment, number }))
      .filter((one) => one.machine === machine && (!runtime || one.label === runtime));
  const others = of(after);
  const found = [];
  for (const one of of(before)) {
    const other = after.runtime ? others[0] : others.find(({ label }) => label === one.label);
    if (other) found.push([one.number, other.number]);
  }
  return found;
}

/* Rows of two environments, each with what was measured at its commit, by benchmark. */
export function rows(pair, before, after) {
  const found = [];
  for (const number of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [one, other] = [before[number], after[number]];
    const length = Math.max(one?.values.length ?? 0, other?.values.length ?? 0);
    for (let combination = 0; combination < length; combination++) {
      const a = parts(one?.values[combination] ?? null);
      const b = parts(other?.values[combination] ?? null);
      if (a.state === null && b.state === null) continue;
      found.push({
        benchmark: Number(number),
        combination,
        pair,
        before: a,
        after: b,
        campaigns: [one?.campaign ?? null, other?.campaign ?? null],
        ratio: a.value > 0 && b.value > 0 ? b.value / a.value : null,
      });
    }
  }
  return found;
}

export const isInBoth = (row) => row.before.value !== null && row.after.value !== null;

/* Whether a change is small, or the intervals of asv overlap. */
export function isNoise({ before, after, ratio }) {
  if (ratio === null) return before.value === after.value;
  if (Math.abs(Math.log(ratio)) < Math.log1p(LEAST)) return true;
  if (before.low === null || after.low === null) return false;
  return before.low <= after.high && after.low <= before.high;
}

/* The largest changes first. */
export function bySize(one, other) {
  const size = ({ ratio }) => (ratio === null ? Infinity : Math.abs(Math.log(ratio)));
  return size(other) - size(one) || one.benchmark - other.benchmark;
}

/* How many there are in both, rose, fell, and are on one side alone. */
export function count(found) {
  const both = found.filter(isInBoth);
  const large = both.filter(({ ratio }) => ratio !== null && Math.abs(Math.log(ratio)) >= Math.log1p(LEAST));
  return {
    both: both.length,
    rose: large.filter(({ ratio }) => ratio > 1).length,
    fell: large.filter(({ ratio }) => ratio < 1).length,
    before: found.filter(({ before, after }) => before.value !== null && after.value === null).length,
    after: found.filter(({ before, after }) => before.value === null && after.value !== null).length,
  };
}

/* The median ratio of the times of each pair of environments. */
export function medians(found, benchmarks) {
  const ratios = new Map();
  for (const { benchmark, pair, ratio } of found) {
    if (benchmarks[benchmark].type !== "time" || ratio === null) continue;
    const key = pair.join();
    if (!ratios.has(key)) ratios.set(key, { pair, ratios: [] });
    ratios.get(key).ratios.push(ratio);
  }
  return [...ratios.values()].map(({ pair, ratios: of }) => {
    of.sort((a, b) => a - b);
    const middle = of.length >> 1;
    const median = of.length % 2 ? of[middle] : Math.sqrt(of[middle - 1] * of[middle]);
    return { pair, median, count: of.length };
  });
}
