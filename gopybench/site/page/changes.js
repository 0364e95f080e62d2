/* The page of changes shows the verdict and the direction that its address asks for. */

import { asCsv, save } from "./savefile.js";
import { isPlain } from "./viewlinks.js";

const KEYS = ["verdict", "direction"];
const ALL = "all";

const choices = [...document.querySelectorAll("#controls a[data-key]")];
const list = document.getElementById("findings");
const more = document.getElementById("more");
const notice = document.getElementById("notice");
const most = Number(list.dataset.most);

let rest;

function asked() {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries([...KEYS, ALL].map((key) => [key, query.get(key) ?? ""]));
}

function address(view) {
  const query = new URLSearchParams(location.search);
  for (const key of [...KEYS, ALL]) {
    if (view[key]) query.set(key, view[key]);
    else query.delete(key);
  }
  return query.size ? `?${query}` : location.pathname;
}

function fits(one, view) {
  return KEYS.every((key) => !view[key] || one[key] === view[key]);
}

/* Get the findings that are on a page of their own, hidden for now. */
function loaded() {
  rest ||= fetch(more.dataset.rest)
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
    .then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      for (const one of page.querySelectorAll(".finding")) {
        one.hidden = true;
        list.append(one);
      }
    });
  return rest;
}

function mark(view) {
  for (const choice of choices) {
    const { key, value } = choice.dataset;
    choice.href = address({ ...view, [key]: value });
    if (view[key] === value) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
}

async function draw() {
  mark(asked());
  try {
    if (more) await loaded();
  } catch {
    notice.textContent = "The rest did not load: it comes from a web server, such as asv preview.";
    return;
  }
  const view = asked();
  mark(view);
  const findings = [...list.children];
  for (const choice of choices) {
    const { key, value } = choice.dataset;
    const fitting = findings.filter((one) => fits(one.dataset, { ...view, [key]: value }));
    choice.querySelector(".count").textContent = fitting.length.toLocaleString("en");
  }
  const shown = findings.filter((one) => fits(one.dataset, view));
  const open = new Set(view[ALL] ? shown : shown.slice(0, most));
  for (const one of findings) one.hidden = !open.has(one);
  notice.textContent = shown.length ? "" : "Nothing is like this.";
  if (!more) return;
  more.hidden = shown.length === open.size;
  more.href = address({ ...view, [ALL]: "1" });
  more.querySelector(".count").textContent = (shown.length - open.size).toLocaleString("en");
}

async function show() {
  await draw();
  document.documentElement.dataset.drawn = "";
}

/* A link to a finding shows it, whatever else is chosen. */
async function reveal() {
  const id = location.hash.slice(1);
  if (!id) return;
  if (more && !document.getElementById(id)) await loaded().catch(() => {});
  const target = document.getElementById(id);
  if (!target) return;
  if (target.hidden) {
    target.hidden = false;
    list.prepend(target);
  }
  target.scrollIntoView();
}

async function take(format) {
  const view = asked();
  const whole = await (await fetch("changes.json")).json();
  const steps = whole.steps.filter((step) => fits(step, view));
  const name = ["changes", ...KEYS.map((key) => view[key])].filter(Boolean).join("-");
  const file = `${name.replaceAll(/[^a-z]+/g, "-")}.${format}`;
  if (format === "csv") save(file, "text/csv", asCsv(whole.columns, steps));
  else save(file, "application/json", JSON.stringify({ ...whole, steps }));
}

if (more) more.href = address({ ...asked(), [ALL]: "1" });
for (const link of [...choices, more].filter(Boolean)) {
  link.addEventListener("click", (event) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    show();
  });
}
for (const link of document.querySelectorAll("a[data-format]")) {
  link.addEventListener("click", (event) => {
    // The files have all that there is.
    const view = asked();
    if (!KEYS.some((key) => view[key])) return;
    event.preventDefault();
    take(link.dataset.format);
  });
}
addEventListener("popstate", show);
addEventListener("hashchange", reveal);
if (choices.length && Object.values(asked()).some(Boolean)) await show();
await reveal();
document.documentElement.dataset.drawn = "";
