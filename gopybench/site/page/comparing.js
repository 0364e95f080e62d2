/* The rows of two sides -> pairs: what both have, what one alone has, and what is noise. */

/* A change that matters, as a share, and the samples from which on an interval says something;
   docs/site.md names both. */
export const LEAST = 0.05;
const ENOUGH = 10;

/* Environments that are compared: one with one, or each with that of the same runtime. */
export function environments(index, before, after) {
  const of = ({ machine, runtime }) =>
    index.environments.flatMap((one, number) =>
      one.machine === machine && (!runtime || one.label === runtime) ? [number] : [],
    );
  const label = (number) => index.environments[number].label;
  const others = of(after);
  return of(before).flatMap((one) => {
    const other = after.runtime ? others[0] : others.find((that) => label(that) === label(one));
    return other === undefined ? [] : [[one, other]];
  });
}

/* Put the rows of two sides together; one of the two may be null. */
export function together(before, after) {
  const key = ({ benchmark, combination }) => `${combination} ${benchmark.name}`;
  const left = new Map(after.map((row) => [key(row), row]));
  const found = before.map((row) => {
    const other = left.get(key(row)) ?? null;
    left.delete(key(row));
    return pair(row, other);
  });
  return [...found, ...[...left.values()].map((row) => pair(null, row))];
}

function pair(before, after) {
  const isInBoth = before?.state === "value" && after?.state === "value";
  const ratio = isInBoth && before.value > 0 && after.value > 0 ? after.value / before.value : null;
  return { before, after, isInBoth, ratio };
}

const isLarge = ({ ratio }) => ratio !== null && Math.abs(Math.log(ratio)) >= Math.log1p(LEAST);

/* Whether a change is small, or asv's intervals of enough samples overlap. */
export function isNoise(one) {
  const { before, after } = one;
  if (one.ratio === null) return before.value === after.value;
  if (!isLarge(one)) return true;
  // What turns say is known better than that.
  if (one.turned) return false;
  const isKnown = [before, after].every(({ samples, low }) => samples >= ENOUGH && low !== null);
  return isKnown && before.low <= after.high && after.low <= before.high;
}

/* The largest changes first. */
export function bySize(one, other) {
  const size = ({ ratio }) => (ratio === null ? Infinity : Math.abs(Math.log(ratio)));
  return size(other) - size(one);
}

/* How many there are in both, rose, fell, and have a value on one side alone. */
export function count(found) {
  const large = found.filter(isLarge);
  const alone = (side) => found.filter((one) => one[side]?.state === "value" && !one.isInBoth);
  return {
    both: found.filter((one) => one.isInBoth).length,
    rose: large.filter(({ ratio }) => ratio > 1).length,
    fell: large.filter(({ ratio }) => ratio < 1).length,
    before: alone("before").length,
    after: alone("after").length,
  };
}

/* The median ratio of the times of each runtime; *name* says which one a pair is of. */
export function medians(found, name) {
  const ratios = new Map();
  for (const one of found) {
    if (one.ratio === null || one.before.benchmark.type !== "time") continue;
    ratios.set(name(one), [...(ratios.get(name(one)) ?? []), one.ratio]);
  }
  return [...ratios].map(([runtime, of]) => {
    of.sort((a, b) => a - b);
    const middle = of.length >> 1;
    const median = of.length % 2 ? of[middle] : Math.sqrt(of[middle - 1] * of[middle]);
    return { runtime, median, count: of.length };
  });
}
