/* The page of all results: reads its address, loads what it asks for, and follows its controls. */

import * as data from "./data.js";
import { element } from "./elements.js";
import { rows } from "./measuredrows.js";
import { day } from "./numbers.js";
import { facets } from "./resultscontrols.js";
import { byValue, counted, filter, isWanted } from "./resultsrows.js";
import { fromAddress, isWhole, toAddress } from "./resultsstate.js";
import { csv, json, table } from "./resultstable.js";
import { save } from "./savefile.js";
import { follow } from "./viewlinks.js";

/* So many rows are shown at first, and more each time one asks for them. */
const SHOWN = 100;

/* How long one may go on typing, in milliseconds. */
const PAUSE = 200;

const at = (id) => document.getElementById(id);
const latest = Number(at("headline").dataset.commit);
const told = at("headline").textContent;

let index, commits;
let view, vain;
let most = SHOWN;
let turn = 0;

const to = (next) => toAddress(next, commits, latest);

function read() {
  ({ view, vain } = fromAddress(location.search, index, commits, latest));
  at("search").value = view.search;
  most = SHOWN;
  return render();
}

function go(next) {
  history.pushState(null, "", to(next));
  return read();
}

/* All rows that are asked for, or else at least as many as are shown. */
async function wanted(isAll) {
  const numbers = index.environments.flatMap((one, i) => (isWanted(one, view, index) ? [i] : []));
  const keeps = filter(view, index);
  if (isAll) {
    const all = await Promise.all(numbers.map((number) => rows(index, number, view.commit)));
    const kept = all.flat().filter(keeps);
    return { found: view.benchmark === null ? kept : kept.sort(byValue), isDone: true };
  }
  const found = [];
  for (const [i, number] of numbers.entries()) {
    found.push(...(await rows(index, number, view.commit)).filter(keeps));
    if (found.length > most) return { found, isDone: i === numbers.length - 1 };
  }
  return { found, isDone: true };
}

async function render() {
  const mine = ++turn;
  // What is said of the latest commit is there already.
  const isTold = isWhole(view) && view.commit === latest;
  const { found, isDone } = await wanted(!isTold);
  if (mine !== turn) return;
  const focus = document.activeElement?.id;
  at("headline").textContent = isTold ? told : headline(found);
  at("facets").replaceChildren(...facets({ view, index, commits, to, go }));
  at("link").href = toAddress(view, commits, latest, true);
  const shown = found.slice(0, most);
  at("about").textContent = [...vain, about(shown, found, isDone)].join(" ");
  at("table").replaceChildren(...(shown.length ? [table(shown, index)] : []));
  at("more").hidden = shown.length === found.length && isDone;
  at("more").textContent = isDone
    ? `Show more of ${found.length.toLocaleString("en")}`
    : "Show more";
  at("empty").hidden = true;
  at("view").hidden = false;
  if (focus) at(focus)?.focus();
  document.documentElement.dataset.drawn = "1";
}

function headline(found) {
  const [short, seconds] = commits[view.commit];
  const date = seconds === null ? "" : ` of ${day(seconds)}`;
  return `Commit ${short}${date}: ${counted(found)}.`;
}

function about(shown, found, isDone) {
  if (!found.length) return "Nothing is as you ask for it.";
  const isAll = shown.length === found.length && isDone;
  const number = (of) => of.toLocaleString("en");
  const said = `${number(shown.length)} rows${view.benchmark === null ? "" : ", least first"}.`;
  return isAll ? said : `The first ${said}`;
}

async function take(make, type, ending) {
  const { found } = await wanted(true);
  save(
    `results-${commits[view.commit][0]}.${ending}`,
    type,
    make(found, index, commits[view.commit]),
  );
}

let typing;
at("search").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    view = { ...view, search: at("search").value.trim() };
    history.replaceState(null, "", to(view));
    most = SHOWN;
    render();
  }, PAUSE);
});
at("more").addEventListener("click", () => {
  most += 5 * SHOWN;
  render();
});
at("csv").addEventListener("click", () => take(csv, "text/csv", "csv"));
at("json").addEventListener("click", () => take(json, "application/json", "json"));
follow(read);

try {
  [index, commits] = await Promise.all([data.index(), data.commits()]);
  await read();
} catch (error) {
  at("empty").replaceChildren(element("span", {}, `The data cannot be read: ${error.message}`));
  document.documentElement.dataset.drawn = "failed";
}
