/* The page that compares two sides: what its address asks for is what it shows. */

import { asked, asLongAsOpen, choose, NAMES, offerCommits, side, swapped } from "./comparesides.js";
import { asMarkdown, asRecord, COLUMNS, draw, runtime, text } from "./comparetable.js";
import { bySize, count, environments, isNoise, LEAST, medians, together } from "./comparing.js";
import { commits, index, prefetch, subject, turns } from "./data.js";
import { command, inTurns, said } from "./inturns.js";
import { rows } from "./measuredrows.js";
import { times } from "./numbers.js";
import { asCsv, save } from "./savefile.js";

/* As many rows are shown at first. */
const MOST = 100;

const byId = (id) => document.getElementById(id);
const sides = byId("sides");
const filter = byId("filter");
const defaults = JSON.parse(sides.dataset.defaults);
if (!location.search) prefetch(defaults.files);
const share = `${100 * LEAST} %`;

let about = null;
let known = null;
let found = [];
let isWhole = false;

const number = (value) => value.toLocaleString("en");

function address(query = asked(about, sides)) {
  const { find, all } = filter.elements;
  if (find.value) query.set("find", find.value);
  if (all.checked) query.set("all", "1");
  return `?${query}`;
}

async function load(before, after) {
  const wanted = environments(about, before, after).map(async ([one, other]) =>
    together(
      ...(await Promise.all([rows(about, one, before.commit), rows(about, other, after.commit)])),
    ),
  );
  const pairs = (await Promise.all(wanted)).flat();
  const isOne = before.commit === after.commit;
  return isOne ? inTurns(pairs, await turns(before.commit), about) : pairs;
}

function warn(before, after) {
  const both = found.filter((pair) => pair.isInBoth);
  const [one, other] = NAMES.map((name) => [...new Set(both.map((pair) => pair[name].campaign))]);
  const warning = byId("warning");
  warning.hidden = !both.length;
  if (!both.length) return;
  const names = (of) => of.map((campaign) => about.campaigns[campaign].label).join(", ");
  const isOne = one.length === 1 && other.length === 1 && one[0] === other[0];
  const turned = both.filter((pair) => pair.turned);
  const strong = document.createElement("strong");
  strong.textContent = turned.length
    ? said(turned, both.length)
    : "These two were not measured in turns.";
  warning.replaceChildren(strong);
  if (turned.length === both.length) return;
  const where = isOne
    ? ` Both are of one campaign (${names(one)}).`
    : ` Campaigns: ${names(one)}; then ${names(other)}. What changed may be the machine.`;
  warning.append(turned.length ? ` The others were not.${where}` : where);
  const words = command(about, known, before, after, both);
  if (words) {
    const code = document.createElement("code");
    code.textContent = words;
    warning.append(" To know: ", code);
  }
}

function sentence() {
  const { both, rose, fell, before, after } = count(found);
  if (!both) return "Nothing was measured on both sides.";
  const values = both === 1 ? "Of 1 value" : `Of ${number(both)} values`;
  const alone = [
    ...(before ? [`${number(before)} have a value before alone`] : []),
    ...(after ? [`${number(after)} have a value after alone`] : []),
  ];
  const changed = `${values} in both, ${number(rose)} rose and ${number(fell)} fell by ${share} or more.`;
  return [changed, alone.length ? `${alone.join(", ")}.` : ""].join(" ").trim();
}

function fits(pair) {
  const sought = filter.elements.find.value.toLowerCase().split(/\s+/);
  return sought.every((word) => text(pair).includes(word));
}

/* What is asked for: what is in both, the largest change first, and what is not. */
function chosen() {
  const of = found.filter(fits);
  const both = of.filter((pair) => pair.isInBoth).sort(bySize);
  const listed = filter.elements.all.checked ? both : both.filter((pair) => !isNoise(pair));
  return {
    listed,
    hidden: both.length - listed.length,
    alone: of.filter((pair) => !pair.isInBoth),
  };
}

function list() {
  const { listed, hidden, alone } = chosen();
  const some = isWhole ? listed : listed.slice(0, MOST);
  draw(about, byId("changes"), some);
  byId("changes").hidden = !some.length;
  byId("key").textContent = [
    some.length ? "The largest changes first; in brackets the number of samples." : "",
    hidden
      ? `Hidden as within the noise, below ${share} or with intervals that overlap: ${number(hidden)}.`
      : "",
  ].join(" ");
  byId("link").href = address();
  byId("rest").hidden = some.length === listed.length;
  byId("rest").textContent = `Show all ${number(listed.length)}`;
  const details = byId("one-sided");
  details.hidden = !alone.length;
  details.querySelector("summary").textContent =
    `${number(alone.length)} without a value on one side or both`;
  draw(about, details.querySelector("table"), details.open ? alone : []);
}

async function show() {
  const [before, after] = NAMES.map((name) => side(known, sides, name));
  found = await load(before, after);
  isWhole = false;
  for (const [name, { commit }] of [
    ["before", before],
    ["after", after],
  ]) {
    const place = sides.elements[name].closest("fieldset").querySelector(".subject");
    place.textContent = await subject(commit);
  }
  filter.hidden = !found.length;
  warn(before, after);
  byId("counts").textContent = sentence();
  byId("medians").textContent = medians(found, runtime)
    .map(
      (one) => `${one.runtime}: ${times(one.median)} in the median of ${number(one.count)} times`,
    )
    .join("; ");
  list();
}

async function restore() {
  const query = new URLSearchParams(location.search);
  filter.elements.find.value = query.get("find") ?? "";
  filter.elements.all.checked = query.has("all");
  await choose(about, known, sides, query, defaults);
  await show();
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
  await offerCommits(about, known, sides);
  document.documentElement.dataset.drawn = "1";
}

async function go(to) {
  history.pushState(null, "", to);
  await restore();
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    byId("copied").textContent = "Copied.";
  } catch {
    byId("copied").textContent = "The browser does not let this page copy.";
  }
}

function records() {
  const { listed, alone } = chosen();
  return [...listed, ...alone].map(asRecord);
}

function title() {
  const [before, after] = NAMES.map((name) => sides.elements[name].value);
  return `${before} to ${after}: ${byId("counts").textContent}`;
}

const ACTIONS = {
  swap: () => go(address(swapped(asked(about, sides)))),
  markdown: () => copy(asMarkdown(about, chosen().listed, title())),
  csv: () => save("compare.csv", "text/csv", asCsv(COLUMNS, records())),
  json: () => {
    const view = Object.fromEntries(new URLSearchParams(address()));
    const whole = { version: 1, view, rows: records() };
    save("compare.json", "application/json", JSON.stringify(whole));
  },
  rest: () => {
    isWhole = true;
    list();
  },
};

async function main() {
  [about, known] = await Promise.all([index(), commits()]);
  if (!known.length) {
    byId("notice").textContent = "Nothing has been measured yet.";
    return;
  }
  // Before there is anything below it, which would move.
  byId("notice").hidden = true;
  await restore();
  for (const form of [sides, filter]) {
    form.addEventListener("submit", (event) => event.preventDefault());
  }
  const next = ({ target }) => address(asLongAsOpen(asked(about, sides), target.name));
  sides.addEventListener("change", (event) => go(next(event)));
  filter.addEventListener("input", (event) => {
    history.replaceState(null, "", next(event));
    list();
  });
  for (const [id, action] of Object.entries(ACTIONS)) byId(id).addEventListener("click", action);
  byId("one-sided").addEventListener("toggle", list);
  addEventListener("popstate", restore);
}

main().catch((error) => {
  byId("notice").hidden = false;
  byId("notice").textContent = `This page could not load its data: ${error.message}`;
});
