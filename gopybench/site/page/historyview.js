/* The lines of the page of histories -> what is drawn of them: columns, and each line's values there. */

import { combination, measured, places } from "./data.js";
import { baseline } from "./historylines.js";

/* No more files than these are read for the exact values of a part of a long history. */
const FILES = 48;

/* Nor are more commits shown one by one. */
const SINGLE = 400;

/* An interval of fewer samples says nothing. */
const FEW = 10;

const blank = (count) => Array.from({ length: count }, () => null);

const LISTS = ["values", "low", "high", "campaigns", "samples", "states", "reasons"];

/* Return a line's columns, all without a value. */
function empty(line, count) {
  return { ...line, ...Object.fromEntries(LISTS.map((name) => [name, blank(count)])) };
}

function put(line, i, value, campaign, reason = null) {
  const [found, samples = null, low = null, high = null] = Array.isArray(value) ? value : [value];
  if (typeof found === "string") {
    line.states[i] = found;
    line.reasons[i] = reason;
  } else if (found !== null && found !== undefined) {
    line.values[i] = found;
    line.campaigns[i] = campaign;
    for (const [name, known] of Object.entries({ samples, low, high })) line[name][i] = known;
  }
}

/* Why points of a line have no value, by their places. */
function reasons({ reasons: told = {} }) {
  return new Map(Object.entries(told).flatMap(([why, of]) => of.map((i) => [i, why])));
}

/* Return the history of the lines between two commits, exact where that takes few files. */
export async function overCommits(state, index, asked) {
  const shown = asked.every((line) => line.data.exact) ? asked.map(exact) : asked;
  const isWithin = (commit) => commit >= (state.from ?? 0) && commit <= (state.to ?? Infinity);
  const there = [...new Set(shown.flatMap(tried))].filter(isWithin);
  there.sort((a, b) => a - b);
  const environments = [...new Set(shown.map((line) => line.environment))];
  const blocks = new Set(there.map((commit) => Math.floor(commit / index.block)));
  const isThinned = shown.some((line) => line.file.step > 1);
  const isNear = there.length <= SINGLE && environments.length * blocks.size <= FILES;
  if (isThinned && isNear) return exactly(state, there, environments, shown);
  const columns = new Map();
  for (const { file, data } of shown) {
    for (let i = 0; i < file.commits.length; i += file.step) {
      if (data.values[i / file.step] === null) continue;
      const commits = file.commits.slice(i, i + file.step).filter(isWithin);
      if (commits.length)
        columns.set(file.commits[i], {
          commit: commits[0],
          last: commits.at(-1),
          count: commits.length,
        });
    }
  }
  const keys = [...columns.keys()].sort((a, b) => a - b);
  const place = new Map(keys.map((key, i) => [key, i]));
  const lines = shown.map((line) => {
    const made = empty(line, keys.length);
    const { step, commits } = line.file;
    const why = reasons(line.data);
    line.data.values.forEach((value, at) => {
      const i = place.get(commits[at * step]);
      if (i === undefined) return;
      const { samples, low, high, campaigns } = line.data;
      put(
        made,
        i,
        Number.isFinite(value) ? [value, samples?.[at], low?.[at], high?.[at]] : value,
        campaigns[at],
        why.get(at),
      );
      // What was measured at one of the commits alone lies between nothing.
      if (made.low[i] === made.high[i]) made.low[i] = made.high[i] = null;
    });
    return made;
  });
  return { columns: keys.map((key) => columns.get(key)), lines };
}

/* A short line beside long ones has all of its values in the file. */
function exact(line) {
  const { commits, ...lists } = line.data.exact;
  const data = { ...line.data, low: null, high: null, ...lists };
  return { ...line, file: { commits, step: 1 }, data };
}

/* The commits at which a line was measured, or some near by, where its file is thinned. */
function tried({ file, data }) {
  return file.commits.filter((_, i) => data.values[Math.floor(i / file.step)] !== null);
}

async function exactly(state, commits, environments, shown) {
  const lines = shown.map((line) => empty(line, commits.length));
  await Promise.all(
    environments.flatMap((environment) =>
      commits.map(async (commit, i) => {
        const found = (await measured(environment, commit))[state.benchmark];
        if (!found) return;
        for (const line of lines) {
          if (line.environment !== environment) continue;
          const { values, campaign, reasons: why } = found;
          put(line, i, values[line.combination], campaign, why?.[line.combination]);
          // The interval of one value is none of several commits.
          line.low[i] = line.high[i] = null;
        }
      }),
    ),
  );
  // A commit beside those that were measured is none.
  const there = commits.map((_, i) =>
    lines.some((line) => line.values[i] !== null || line.states[i] !== null),
  );
  const kept = (list) => list.filter((_, i) => there[i]);
  const columns = kept(commits).map((commit) => ({ commit, last: commit, count: 1 }));
  const lists = (line) => Object.fromEntries(LISTS.map((name) => [name, kept(line[name])]));
  return { columns, lines: lines.map((line) => ({ ...line, ...lists(line) })) };
}

/* Return how the lines grow with a parameter at one commit. */
export async function overParameter(state, index, shown) {
  const { params } = index.benchmarks[state.benchmark];
  const commit = state.commit ?? latest(shown);
  const { values, words = values } = params[state.x];
  const at = (line, place) =>
    combination(params, places(params, line.combination).with(state.x, place));
  const distinct = shown.filter(
    (line, i) =>
      i ===
      shown.findIndex(
        (other) => other.environment === line.environment && at(other, 0) === at(line, 0),
      ),
  );
  const lines = await Promise.all(
    distinct.map(async (line) => {
      const made = empty(line, values.length);
      const found = (await measured(line.environment, commit))[state.benchmark];
      values.forEach((_, i) => {
        if (!found) return;
        const place = at(line, i);
        put(made, i, found.values[place], found.campaign, found.reasons?.[place]);
        if ((made.samples[i] ?? 0) < FEW) made.low[i] = made.high[i] = null;
      });
      return made;
    }),
  );
  const columns = values.map((value, i) => ({
    commit,
    last: commit,
    count: 1,
    value,
    words: words[i],
  }));
  return { columns, lines };
}

/* Return the last commit at which a line has a value, or had one thereabouts. */
function latest(shown) {
  const ends = shown.map(({ file, data }) => {
    const at = data.values.findLastIndex(Number.isFinite);
    return at < 0 ? 0 : file.commits[Math.min((at + 1) * file.step, file.commits.length) - 1];
  });
  return Math.max(0, ...ends);
}

/* Return the lines as multiples of one of them, or of their first value, or of that at a commit. */
export function inUnit(state, index, { columns, lines }) {
  if (state.unit === "value" || !lines.length) return { columns, lines, base: null };
  if (state.unit === "baseline") {
    const base = baseline(lines, index, state.base);
    return {
      columns,
      base,
      lines: lines.map((line) =>
        over(line, (i) => (line.campaigns[i] === base.campaigns[i] ? base.values[i] : null)),
      ),
    };
  }
  const at = columns.findLastIndex((column) => column.commit <= (state.reference ?? -1));
  const base = (line) =>
    line.values[at < 0 || state.reference === null ? line.values.findIndex(Number.isFinite) : at] ??
    null;
  return { columns, base: null, lines: lines.map((line) => over(line, () => base(line))) };
}

function over(line, base) {
  const ratio = (value, i) => (Number.isFinite(value) && base(i) > 0 ? value / base(i) : null);
  const isFixed = line.values.every((_, i) => base(i) === base(0));
  return {
    ...line,
    values: line.values.map(ratio),
    // A quotient of two medians has no least and greatest.
    low: isFixed ? line.low.map(ratio) : blank(line.low.length),
    high: isFixed ? line.high.map(ratio) : blank(line.high.length),
  };
}
