/* The search in the list of benchmarks, and all of its rows, which are in the JSON beside it. */

const table = document.getElementById("list");
const search = document.getElementById("search");
const found = document.getElementById("found");
const link = document.getElementById("link");
const row = document.getElementById("row").content.firstElementChild;
const first = [...table.tBodies];
const pinned = link.href;

let rows;

function all() {
  const { href } = document.getElementById("json");
  rows ||= fetch(href)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then((list) => list.rows);
  return rows;
}

function text(one) {
  const values = Object.entries(one.parameters).flat();
  return [one.benchmark, one.runtime, one.shown.words, ...values].join(" ").toLowerCase();
}

function drawn({ shown }) {
  const line = row.cloneNode(true);
  const cell = (name) => line.querySelector(`.${name}`);
  cell("name").textContent = shown.name;
  cell("name").href = shown.address;
  for (const name of ["words", "value", "note"]) cell(name).textContent = shown[name];
  cell("value").classList.add(shown.state);
  line.querySelector("path").setAttribute("d", shown.path);
  for (const name of ["campaign", "month"]) {
    const change = cell(name);
    change.textContent = shown[name].text;
    change.title = shown[name].title;
    if (shown[name].kind) change.classList.add(shown[name].kind);
  }
  return line;
}

function put(bodies) {
  for (const body of [...table.tBodies]) body.remove();
  table.append(...bodies);
}

async function show(wanted, isAll) {
  document.getElementById("rest")?.toggleAttribute("hidden", Boolean(wanted || isAll));
  if (!wanted && !isAll) {
    found.textContent = "";
    put(first);
    return;
  }
  const words = wanted.toLowerCase().split(/\s+/);
  try {
    const list = await all();
    if (search.value.trim() !== wanted) return;
    const matching = list.filter((one) => {
      const its = text(one);
      return words.every((word) => its.includes(word));
    });
    const body = document.createElement("tbody");
    body.append(...matching.map(drawn));
    put([body]);
    found.textContent = `${matching.length} of ${list.length} rows`;
  } catch {
    found.textContent = "The rows did not load: they come from a web server, such as asv preview.";
  }
}

function look() {
  const asked = new URLSearchParams(location.search);
  const wanted = search.value.trim();
  asked.delete("q");
  if (wanted) asked.set("q", wanted);
  history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  const to = new URL(pinned);
  for (const key of ["q", "all"]) if (asked.has(key)) to.searchParams.set(key, asked.get(key));
  link.href = to;
  return show(wanted, asked.has("all"));
}

search.addEventListener("input", look);
search.value = new URLSearchParams(location.search).get("q") ?? "";
if (search.value || new URLSearchParams(location.search).has("all")) look();
