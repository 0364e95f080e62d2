/* The page of histories: reads its address, loads what it asks for, shows it, and follows its controls. */

import * as data from "./data.js";
import { element } from "./elements.js";
import { controls, lineList } from "./historycontrols.js";
import { Figure, SHADED, stretches } from "./historyfigure.js";
import { baseline, lines, shared } from "./historylines.js";
import { hint, lineName, offered } from "./historypicks.js";
import { headline } from "./historyreadout.js";
import { fromAddress, toAddress } from "./historystate.js";
import { csv, json, table } from "./historytable.js";
import { inUnit, overCommits, overParameter } from "./historyview.js";
import { times, withUnit } from "./numbers.js";
import { save } from "./savefile.js";
import { spansDecades } from "./scales.js";
import { follow as followLinks } from "./viewlinks.js";

const at = (id) => document.getElementById(id);

let index, commits, figure;
let state, vain;
// What is shown now, and how often something else has been.
let now;
let turn = 0;

const to = (next) => toAddress(next, index, commits);

const isOver = () => typeof state.x === "number";

function go(next) {
  history.pushState(null, "", to(next));
  return read();
}

/* What an address of asv's graphs, or of the page that is gone, asks for; few are such. */
async function fromOldAddress(start) {
  const { fromGraph } = await import("./asvgraphs.js");
  return fromGraph(location.hash, index, commits, start);
}

/* Show what the address asks for. */
async function read() {
  const { benchmark, machine } = at("view").dataset;
  const place = index.machines.findIndex((one) => one.name === machine);
  const start = {
    benchmark: Math.max(
      0,
      index.benchmarks.findIndex((one) => one.name === benchmark),
    ),
    machine: place < 0 ? undefined : place,
  };
  const old = location.hash ? await fromOldAddress(start) : null;
  if (old) history.replaceState(null, "", to(old.state));
  ({ state, vain } = fromAddress(location.search, index, commits, start));
  if (old) vain.push(...old.vain);
  const mine = ++turn;
  const shown = await lines(state, index);
  const found = await (isOver() ? overParameter : overCommits)(state, index, shown);
  const others = await offered(state, index, shown);
  if (mine === turn) render(shown, found, others);
}

function render(shown, found, others) {
  const { params, unit, name } = index.benchmarks[state.benchmark];
  const view = inUnit(state, index, found);
  const isRatio = state.unit !== "value";
  const format = isRatio ? times : (value) => withUnit(value, unit, index.units);
  const values = view.lines.flatMap((line) => line.values);
  const isLog = state.scale ? state.scale === "log" : spansDecades(values);
  now = { view, shown, format, isRatio, isLog, unit, params };
  const focus = document.activeElement?.id;
  document.title = `${name}: ${index.project}`;
  at("title").textContent = name;
  at("headline").textContent = headline(view, commits, format);
  at("about").textContent = [...shared(shown, index, params, state.x), unit]
    .filter(Boolean)
    .join(" · ");
  const base = shown.length > 1 ? baseline(shown, index, state.base) : null;
  at("controls").replaceChildren(...controls({ state, index, shown, base, isLog, to, go }));
  at("notice").replaceChildren(...[...notices(), ...steps()].map((said) => element("p", {}, said)));
  at("link").href = to(pinned());
  const all = params.reduce(
    (count, param) => count * param.values.length,
    index.benchmarks[state.benchmark].environments.length,
  );
  at("choose-summary").textContent = `Lines: ${shown.length} of ${all.toLocaleString("en")}`;
  for (const [id, fill] of Object.entries(folded)) if (at(id).open) fill();
  at("view").hidden = false;
  const x = isOver() ? params[state.x] : state.x;
  figure.draw({ ...now, x, marks: marks() });
  at("offered").replaceChildren(...hint(state, others, shown, to));
  tools();
  if (focus) at(focus)?.focus();
  document.documentElement.dataset.drawn = "1";
}

/* A link to exactly this ends where this does, whatever comes later. */
function pinned() {
  const { columns } = now.view;
  if (isOver()) return { ...state, commit: columns[0]?.commit ?? null };
  return { ...state, from: columns[0]?.commit ?? null, to: columns.at(-1)?.last ?? null };
}

function notices() {
  const { view, isLog } = now;
  const said = [...vain];
  const campaigns = new Set(
    view.lines.flatMap((line) => line.campaigns).filter((one) => one !== null),
  );
  if (campaigns.size > 1) {
    const how = stretches(view).length > SHADED ? "" : ", shaded in turn";
    said.push(
      `Measured in ${campaigns.size.toLocaleString("en")} campaigns${how}: a step from one to the next may be the machine’s, so no line joins them.`,
    );
  }
  const most = Math.max(0, ...view.columns.map((column) => column.count));
  if (most > 1)
    said.push(
      `A point is the median of up to ${most} commits, with their least and greatest; zoom in to see each.`,
    );
  if (
    isLog &&
    view.lines.some((line) => line.values.some((value) => value !== null && value <= 0))
  ) {
    said.push("Values of zero and less have no place on a logarithmic axis.");
  }
  return said;
}

/* The steps that asv finds in what is shown, with what was found of them. */
function steps() {
  const { columns } = now.view;
  if (isOver() || !columns.length) return [];
  const all = now.shown.flatMap((line) =>
    (line.data.steps ?? []).map(([commit, id, verdict]) => ({ line, commit, id, verdict })),
  );
  const found = all.filter(
    ({ commit }) => commit >= columns[0].commit && commit <= columns.at(-1).last,
  );
  if (!found.length) return [];
  const said = found
    .slice(0, 4)
    .map(({ line, commit, id, verdict }, i) => [
      `${i ? "; " : "asv finds steps: "}${line.label} at ${commits[commit][0]}, `,
      element("a", { href: `changes.html#${id}` }, verdict),
    ]);
  const more = found.length > 4 ? `; and ${found.length - 4} more.` : ".";
  return [[...said.flat(), more]];
}

/* What is marked in the chart: tags, and where the benchmark's own code changed. */
function marks() {
  const { columns } = now.view;
  if (isOver() || !columns.length) return [];
  const tags = Object.entries(index.tags).map(([said, commit]) => ({ said, commit, kind: "tag" }));
  const changed = new Set(now.shown.flatMap((line) => line.data.code?.changed ?? []));
  const borders = [...changed].map((commit) => ({
    said: "benchmark changed",
    commit,
    kind: "border",
  }));
  return [...tags, ...borders]
    .filter((mark) => mark.commit >= columns[0].commit)
    .map((mark) => ({ ...mark, at: columns.findIndex((column) => column.last >= mark.commit) }))
    .filter((mark) => mark.at >= 0)
    .sort((a, b) => a.at - b.at);
}

/* The column of the commit in the address, else the last. */
function pinnedColumn() {
  const { columns } = now.view;
  if (isOver()) return now.column ?? columns.length - 1;
  const found = columns.findIndex((column) => column.last >= (state.commit ?? Infinity));
  return found < 0 ? columns.length - 1 : found;
}

/* Stay at a column: its commit is in the address. */
function stay(i) {
  now.column = i;
  if (!isOver()) {
    state.commit = now.view.columns[i].last;
    history.replaceState(null, "", to(state));
    at("link").href = to(pinned());
    tools();
  }
  figure.show(i);
}

/* What is shown when one zooms around the column that is shown now; a factor over 1 shows more. */
function zoomed(factor) {
  const all = commits.length - 1;
  const [from, until] = [state.from ?? 0, state.to ?? all];
  const middle = now.view.columns[figure.column].last;
  const span = Math.max(2, Math.round((until - from) * factor));
  const low = Math.max(0, Math.min(Math.round(middle - span / 2), all - span));
  const high = low + span;
  return { ...state, from: factor && low > 0 ? low : null, to: factor && high < all ? high : null };
}

/* The links below the chart. */
function tools() {
  const { columns } = now.view;
  const link = (id, words, next) =>
    element("a", { id, class: "button", href: to(next), "data-view": true }, words);
  const found = [];
  if (isOver() && columns.length) {
    const { commit } = columns[0];
    if (commit > 0) found.push(link("earlier", "Earlier commit", { ...state, commit: commit - 1 }));
    if (commit + 1 < commits.length)
      found.push(link("later", "Later commit", { ...state, commit: commit + 1 }));
  } else if (columns.length) {
    const reference = state.commit ?? columns.at(-1).last;
    if (columns.length > 2) found.push(link("zoom-in", "Zoom in", zoomed(0.5)));
    if (state.from !== null || state.to !== null) {
      found.push(
        link("zoom-out", "Zoom out", zoomed(2)),
        link("zoom-all", "All commits", zoomed(0)),
      );
    }
    found.push(link("as-reference", "Take as reference", { ...state, unit: "first", reference }));
    if (state.reference !== null)
      found.push(link("no-reference", "No reference", { ...state, reference: null }));
  }
  at("tools").replaceChildren(...found);
}

/* What is filled when it is unfolded. */
const folded = {
  choose: () =>
    at("lines").replaceChildren(
      ...lineList(at("search").value, { state, index, shown: now.shown, go }),
    ),
  numbers: () => at("table").replaceChildren(table({ ...now, commits })),
  // asv's own index has it.
  source: async () => {
    const { benchmarks } = await (await fetch("index.json")).json();
    at("code").textContent =
      benchmarks[index.benchmarks[state.benchmark].name]?.code || "asv has kept no source.";
  },
};

function follow() {
  const parts = { node: at("chart"), legend: at("legend"), where: at("where"), index, commits };
  figure = new Figure(parts, {
    pinned: pinnedColumn,
    stay,
    named: (line) => (now.shown.length > 1 || state.lines ? lineName(state, line, to) : line.label),
    zoom: (factor) => !isOver() && go(zoomed(factor)),
    between: (first, last) => {
      const { columns } = now.view;
      go({ ...state, from: columns[first].commit, to: columns[last].last });
    },
  });
  followLinks(read);
  for (const [id, fill] of Object.entries(folded))
    at(id).addEventListener("toggle", () => at(id).open && fill());
  at("search").addEventListener("input", folded.choose);
  for (const [id, make, type] of [
    ["csv", csv, "text/csv"],
    ["json", json, "application/json"],
  ]) {
    at(id).addEventListener("click", () => {
      const text = make({
        view: now.view,
        state,
        index,
        commits,
        unit: now.isRatio ? "ratio" : now.unit,
      });
      save(`${index.benchmarks[state.benchmark].name}.${id}`, type, text);
    });
  }
}

try {
  [index, commits] = await Promise.all([data.index(), data.commits()]);
  if (index.benchmarks.length) {
    follow();
    await read();
  } else {
    at("empty").textContent = "There are no results yet.";
    document.documentElement.dataset.drawn = "1";
  }
} catch (error) {
  at("empty").textContent = `This page could not load its data: ${error.message}`;
  throw error;
}
