/* Pairs of a comparison as a table, as Markdown and as plain records. */

import { isNoise } from "./comparing.js";
import { element } from "./elements.js";
import { historyOf, words } from "./measuredrows.js";
import { ends, times, withUnit } from "./numbers.js";

/* What a record has; the same for all. */
export const COLUMNS = [
  ...["runtime", "benchmark", "parameters", "unit", "before", "after"],
  ...["ratio", "ratio low", "ratio high"],
  ...["before state", "after state", "before samples", "after samples"],
];

const HEADS = ["runtime", "benchmark", "before", "after", "ratio"];

/* The side that is there. */
const one = ({ before, after }) => before ?? after;

export function runtime({ before, after }) {
  const labels = [before, after].flatMap((row) => (row ? [row.environment.label] : []));
  return [...new Set(labels)].join(" → ");
}

/* All by which a pair is found. */
export function text(pair) {
  return [runtime(pair), one(pair).benchmark.name, ...words(one(pair))].join(" ").toLowerCase();
}

function said(row, units) {
  if (row === null) return "";
  if (row.value === null) return [row.state, row.reason].filter(Boolean).join(": ");
  const value = withUnit(row.value, row.benchmark.unit, units);
  return row.samples === null ? value : `${value} (${row.samples})`;
}

function ratio({ ratio: found, turned }) {
  if (found === null) return "";
  return turned ? `${times(found)} (${ends(turned.low, turned.high)})` : times(found);
}

function change(pair) {
  if (pair.ratio === null || isNoise(pair)) return "";
  return pair.ratio > 1 ? "rose" : "fell";
}

export function draw(index, table, pairs) {
  const heads = HEADS.map((title, i) =>
    element("th", { scope: "col", class: i < 2 ? "" : "number" }, title),
  );
  const lines = pairs.map((pair) => {
    const address = historyOf(index, ...[pair.before, pair.after].filter(Boolean));
    const link = element("a", { href: address }, one(pair).benchmark.name);
    const of = element("span", { class: "quiet" }, words(one(pair)).join(" · "));
    return element(
      "tr",
      {},
      element("td", {}, runtime(pair)),
      element("td", {}, link, " ", of),
      element("td", { class: "number" }, said(pair.before, index.units)),
      element("td", { class: "number" }, said(pair.after, index.units)),
      element("td", { class: `number ratio ${change(pair)}` }, ratio(pair)),
    );
  });
  const head = element("thead", {}, element("tr", {}, heads));
  table.replaceChildren(head, element("tbody", {}, lines));
}

export function asMarkdown(index, pairs, title) {
  const safe = (cell) => cell.replaceAll("|", "\\|").replaceAll(/\s+/g, " ").trim();
  const lines = pairs.map((pair) => [
    runtime(pair),
    [one(pair).benchmark.name, words(one(pair)).join(" · ")].join(" "),
    said(pair.before, index.units),
    said(pair.after, index.units),
    ratio(pair),
  ]);
  const body = lines.map((line) => `| ${line.map(safe).join(" | ")} |\n`).join("");
  return `${title}\n\n| ${HEADS.join(" | ")} |\n|---|---|---:|---:|---:|\n${body}`;
}

export function asRecord(pair) {
  const { before, after } = pair;
  const { benchmark } = one(pair);
  const state = (row) => (row?.state === "value" ? "ok" : (row?.state ?? null));
  return {
    runtime: runtime(pair),
    benchmark: benchmark.name,
    parameters: words(one(pair)).join(" · "),
    unit: benchmark.unit,
    before: before?.value ?? null,
    after: after?.value ?? null,
    ratio: pair.ratio,
    "ratio low": pair.turned?.low ?? null,
    "ratio high": pair.turned?.high ?? null,
    "before state": state(before),
    "after state": state(after),
    "before samples": before?.samples ?? null,
    "after samples": after?.samples ?? null,
  };
}
