/* The page that compares runtimes: what is shown is in the address, data are loaded as needed. */

const index = await get("index.json");
const COLORS = { Go: "var(--go)", CPython: "var(--cpython)", Cython: "var(--cython)", PyPy: "var(--pypy)" };
const FONT = getComputedStyle(document.body).fontFamily;
const MAX_BARS = 24;
const MAX_DOTS = 3000;
const LABEL = 400;
const NARROW = matchMedia("(max-width: 700px)");
const state = new URLSearchParams(location.search);
let turn = 0;

async function get(path) {
  const response = await fetch(`compare/${path}`);
  if (!response.ok) throw new Error(`compare/${path}: ${response.status}`);
  return response.json();
}
const cache = new Map();
function getOnce(path) {
  if (!cache.has(path)) cache.set(path, get(path));
  return cache.get(path);
}

/* ---- Words and numbers for people. Text is set as text, never as HTML. ---- */

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
const $ = (id) => document.getElementById(id);
function digits(value) {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e6 || size < 1e-3) return value.toExponential(2);
  return size >= 999.5 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
function human(value, unit) {
  const steps = {
    seconds: [["s", 1], ["ms", 1e-3], ["µs", 1e-6], ["ns", 1e-9]],
    bytes: [["TB", 1e12], ["GB", 1e9], ["MB", 1e6], ["kB", 1e3], ["B", 1]],
  }[unit];
  if (steps && value === 0) return `0 ${steps.find((step) => step[1] === 1)[0]}`;
  if (!steps) return unit && unit !== "unit" ? `${digits(value)} ${unit}` : digits(value);
  const [name, size] = steps.find((step) => Math.abs(value) >= step[1] * 0.9995) ?? steps.at(-1);
  return `${digits(value / size)} ${name}`;
}
const times = (ratio) => `${ratio >= 99.95 ? digits(ratio) : ratio >= 9.995 ? ratio.toFixed(1) : ratio >= 0.0995 ? ratio.toFixed(2) : digits(ratio)}×`;
const number = (text) => (/^[0-9]+$/.test(text) ? Number(text).toLocaleString("en") : text);
const short = (commit) => index.commits[commit][0].slice(0, index.hash_length);
const day = (commit) => (index.commits[commit][1] === null ? "" : new Date(index.commits[commit][1]).toISOString().slice(0, 10));
const what = (benchmark) => ({ seconds: "Time", bytes: "Memory" })[benchmark.unit] ?? benchmark.name.split(".").at(-1);

/* ---- What is chosen: by the address, else what most people ask first. ---- */

const notes = [];
function choose(key, choices, otherwise) {
  const wanted = state.get(key);
  if (wanted === null) return otherwise;
  if (choices.includes(wanted)) return wanted;
  notes.push(`There is no ${key.replace(/^p-/, "")} “${wanted}” here.`);
  state.delete(key);
  return otherwise;
}

const prefix = (benchmark) => benchmark.name.split(".").slice(0, -1).join(".");
const timed = (benchmarks) => benchmarks.filter((benchmark) => benchmark.type === "time");
/* What its metrics have in common: a class, or a benchmark that is timed alone in its module. */
const isGroup = (benchmark) => /(^|\.)[A-Z][^.]*$/.test(prefix(benchmark)) || timed(index.benchmarks.filter((other) => prefix(other) === prefix(benchmark))).length < 2;
const groupName = (benchmark) => (isGroup(benchmark) && prefix(benchmark)) || benchmark.name;
const suffix = (benchmark) => benchmark.name.split(".").at(-1).replace(/^(time|timeraw|mem|peakmem|track)_/, "");
const sameParameters = (a, b) => [...a.param_names].sort().join() === [...b.param_names].sort().join();
const comparable = (benchmark) => index.benchmarks.filter((other) => other !== benchmark && prefix(other) === prefix(benchmark) && sameParameters(other, benchmark));
function companion(benchmark) {
  const memory = comparable(benchmark).filter((other) => other.unit.startsWith("bytes") && benchmark.unit !== other.unit && (isGroup(benchmark) || suffix(other) === suffix(benchmark)));
  const rank = (other) => 2 * (suffix(other) === suffix(benchmark)) + (/peakmem/.test(other.name) ? 1 : 0);
  return memory.sort((a, b) => rank(b) - rank(a))[0];
}

/* The values of the parameters that are numbers, as one text: "n = 1,000". */
const sizeName = (benchmark, size) => benchmark.scales.map((p, i) => `${benchmark.param_names[p]} = ${number(benchmark.params[p][size[i]])}`).join(", ");
const sizeOf = (benchmark, named) => benchmark.sizes.findIndex((size) => benchmark.scales.every((p, i) => named[benchmark.param_names[p]] === benchmark.params[p][size[i]]));

function chosen() {
  const names = index.benchmarks.map((benchmark) => benchmark.name);
  const branches = Object.keys(index.branches);
  const branch = branches.indexOf(choose("branch", branches, branches[0]));
  const ran = index.benchmarks.filter((benchmark) => Object.values(benchmark.latest).flat().some((latest) => latest[branch] !== null));
  const usual = timed(ran).find(companion) ?? timed(ran)[0] ?? ran[0] ?? index.benchmarks[0];
  const first = index.benchmarks[names.indexOf(choose("benchmark", names, usual.name))];
  const others = comparable(first);
  const beside = choose("beside", [...others.map((other) => other.name), ""], companion(first)?.name ?? "");
  const second = others.find((other) => other.name === beside);
  const latest = (machine) => Math.max(...first.latest[machine].map((size) => size[branch] ?? -1));
  const machines = Object.keys(first.latest).map(Number);
  const machineNames = machines.map((machine) => index.machines[machine].name);
  const newest = [...machines].sort((a, b) => latest(b) - latest(a))[0];
  const machine = machines[machineNames.indexOf(choose("machine", machineNames, index.machines[newest].name))];

  // The largest size that the latest commit has.
  const all = first.sizes.map((_, size) => size);
  const those = all.filter((size) => first.latest[machine][size][branch] !== null);
  const sizes = those.length ? those : all;
  const sized = (size) => first.scales.map((p, i) => Number(first.params[p][first.sizes[size][i]]));
  const larger = (a, b) => sized(b).findIndex((value, i) => value !== sized(a)[i]) < 0 ? 0 : sized(b).map((value, i) => value - sized(a)[i]).find((difference) => difference !== 0);
  const bySize = [...sizes].sort(larger);
  // What was chosen last holds; what does not go with it is forgotten.
  let among = bySize;
  for (const [key, wanted] of [...state].reverse()) {
    const i = first.scales.findIndex((p) => `p-${first.param_names[p]}` === key);
    if (i < 0) continue;
    const left = among.filter((size) => first.params[first.scales[i]][first.sizes[size][i]] === wanted);
    if (left.length) among = left;
    else {
      notes.push(`There are no results here with ${key.slice(2)} = ${wanted}.`);
      state.delete(key);
    }
  }
  const size = among.find((one) => first.latest[machine][one][branch] === latest(machine)) ?? among[0];
  return { first, second, branches, branch, machines, machine, sizes: bySize.reverse(), size, others };
}

/* ---- Rows: a runtime and the other parameters, each with its values. ---- */

async function load(benchmark, machine, size) {
  if (!benchmark || size < 0) return null;
  const stem = `${benchmark.dir}/${machine}-${size}`;
  const data = await getOnce(`${stem}.json`);
  const rest = benchmark.param_names.map((name, i) => [name, i]).filter(([, i]) => !benchmark.scales.includes(i));
  const series = data.series.map(([environment, combination]) => {
    const parameters = Object.fromEntries(rest.map(([name, i]) => [name, benchmark.params[i][combination[i]]]));
    const order = rest.map(([, i]) => combination[i]);
    const key = JSON.stringify([environment, Object.entries(parameters).sort()]);
    return { environment, parameters, order, key };
  });
  return { ...data, benchmark, stem, series, rest: rest.map(([name]) => name) };
}

async function values(loaded, commit) {
  const at = loaded ? loaded.commits.indexOf(commit) : -1;
  if (at < 0) return new Map();
  const block = await getOnce(`${loaded.stem}-${Math.floor(at / index.block)}.json`);
  const read = (cell) => (cell === null ? { state: "not measured" } : typeof cell === "string" ? { state: cell } : { state: "ok", value: cell[0], low: cell[1], high: cell[2] });
  const own = (one) => loaded.code[one.environment]?.own?.includes(commit);
  return new Map(loaded.series.map((one, i) => [one.key, { ...read(block[at % index.block][i]), own: own(one) }]));
}

// Some values say nothing without their parameter's name.
const withName = (name, value) => (/^(''|""|None|True|False)?$/.test(value) ? `${name}=${value}` : value);

function makeRows(loaded, firstValues, secondValues) {
  const several = loaded.rest.filter((name) => new Set(loaded.series.map((one) => one.parameters[name])).size > 1);
  const none = { state: "not measured" };
  const taken = new Map();
  return loaded.series.map((one) => {
    const { label: runtime, family } = index.environments[one.environment];
    const lines = [runtime, several.map((name) => withName(name, one.parameters[name])).join(" · ")].filter(Boolean);
    const joined = lines.join(" · ");
    taken.set(joined, (taken.get(joined) ?? 0) + 1);
    const label = taken.get(joined) > 1 ? `${joined} (${taken.get(joined)})` : joined;
    return { ...one, runtime, family, label, lines, several, first: firstValues.get(one.key) ?? none, second: secondValues.get(one.key) ?? none };
  });
}

const isGo = (row) => row.family === "Go";
function usualBaseline(rows) {
  const ok = rows.filter((row) => row.first.state === "ok");
  const among = ok.some(isGo) ? ok.filter(isGo) : ok;
  const newest = Math.max(...among.map((row) => row.environment));
  return among.filter((row) => !isGo(row) || row.environment === newest).sort((a, b) => compareOrder(a.order, b.order))[0];
}
function compareOrder(a, b) {
  const i = a.findIndex((value, at) => value !== b[at]);
  return i < 0 ? 0 : a[i] - b[i];
}
function bySpeed(a, b) {
  const rank = (cell) => (cell.state === "ok" ? cell.value : cell.state === "failed" ? 1e300 : cell.state === "n/a" ? 2e300 : 3e300);
  return rank(a.first) - rank(b.first) || rank(a.second) - rank(b.second);
}

/* Of rows by speed, the fastest of each kind of runtime. */
const fastest = (rows) => rows.filter((row, i) => rows.findIndex((other) => other.family === row.family) === i);

/* ---- Drawing. ---- */

async function draw() {
  const mine = ++turn;
  notes.length = 0;
  const now = chosen();
  const named = Object.fromEntries(now.first.scales.map((p, i) => [now.first.param_names[p], now.first.params[p][now.first.sizes[now.size][i]]]));
  const [first, second] = await Promise.all([load(now.first, now.machine, now.size), load(now.second, now.machine, now.second ? sizeOf(now.second, named) : -1)]);
  const onBranch = new Set(index.branches[now.branches[now.branch]]);
  const known = first.commits.map((commit, i) => [commit, first.environments[i]]).filter(([commit]) => onBranch.has(commit)).reverse();
  const commits = known.some(([, count]) => count) ? known.filter(([, count]) => count) : known;
  if (!commits.length) notes.push("There are no results here on this branch.");
  const wanted = state.get("commit");
  let commit = commits[0]?.[0];
  if (wanted) {
    const found = commits.find(([one]) => index.commits[one][0].startsWith(wanted));
    if (found) commit = found[0];
    else notes.push(`There are no results here of commit “${wanted}”.`);
  }
  const rows = makeRows(first, await values(first, commit), await values(second, commit));
  const measured = rows.filter((row) => row.first.state !== "not measured" || row.second.state !== "not measured");
  const labels = measured.filter((row) => row.first.state === "ok").map((row) => row.label);
  const baselineLabel = choose("baseline", labels, usualBaseline(measured)?.label);
  const baseline = measured.find((row) => row.label === baselineLabel);
  for (const row of measured)
    for (const cell of ["first", "second"])
      // A ratio of what may be negative says nothing.
      if (baseline && row[cell].value > 0 && baseline[cell].value > 0) row[cell].ratio = row[cell].value / baseline[cell].value;

  const dimensions = [["runtime", [...new Set(measured.map((row) => row.runtime))], (row) => row.runtime], ...(rows[0]?.several ?? []).map((name) => [`p-${name}`, [...new Set(measured.map((row) => row.parameters[name]))], (row) => row.parameters[name]])];
  const allowed = ([key, , of]) => (row) => !state.has(key) || state.getAll(key).includes(of(row));
  const withNone = state.has("na");
  const passing = measured.filter((row) => dimensions.every((dimension) => allowed(dimension)(row)));
  const isNone = (row) => [row.first, row.second].every((cell) => cell.state === "n/a" || cell.state === "not measured");
  const shown = passing.filter((row) => withNone || !isNone(row)).sort(bySpeed);
  const hidden = passing.length - shown.length;
  if (measured.length && !shown.length) notes.push("Nothing passes the filters.");
  if (mine !== turn) return;

  document.title = `${index.title}: ${index.project}`;
  drawControls({ ...now, commits, commit, labels, baselineLabel, dimensions, withNone, none: measured.filter(isNone).length });
  $("notice").textContent = notes.join(" ");
  drawSubtitle(now, commit);
  drawBest(now, shown, baseline);
  drawTable(now, shown, baseline, commit, named, hidden);
  await drawCharts(now, shown, baseline, first, second, commit, onBranch);
  document.documentElement.dataset.drawn = mine;
}

function drawSubtitle({ first, size, machine }, commit) {
  const { name, about } = index.machines[machine];
  if (commit === undefined) return $("subtitle").replaceChildren(groupName(first));
  const hash = short(commit);
  const linked = index.show_commit_url && index.show_commit_url !== "#";
  const link = linked ? element("a", { href: index.show_commit_url + index.commits[commit][0], textContent: hash }) : hash;
  const of = sizeName(first, first.sizes[size]);
  $("subtitle").replaceChildren(element("strong", { textContent: groupName(first) }), of ? ` with ${of}` : "", ", commit ", link, day(commit) ? ` of ${day(commit)}` : "", `, on ${name}`, about ? ` (${about})` : "");
}

/* The fastest of each kind of runtime: the answer at a glance. */
function drawBest({ second }, shown, baseline) {
  const best = fastest(shown.filter((row) => row.first.ratio !== undefined));
  $("best").hidden = best.length < 2;
  $("best").replaceChildren(...best.map((row) => {
    const swatch = element("span", { className: "swatch" });
    swatch.style.background = COLORS[row.family] ?? "var(--other)";
    const memory = second && row.second.ratio !== undefined ? `, ${what(second).toLowerCase()} ${times(row.second.ratio)}` : "";
    return element("li", {}, element("span", { className: "kind" }, swatch, row.family), element("strong", { textContent: times(row.first.ratio) }), element("span", { className: "quiet", textContent: row.label + memory }));
  }));
  $("best").setAttribute("aria-label", baseline ? `The fastest of each kind, as ratios to ${baseline.label}` : "");
}

function control(key, label, input) {
  input.id = `control-${key}`;
  return element("div", { className: "control" }, element("label", { htmlFor: input.id, textContent: label }), input);
}
function select(key, label, options, current, forget = []) {
  const input = element("select", {}, ...options.map(([value, text]) => element("option", { value, textContent: text, selected: value === current })));
  input.addEventListener("change", () => change(() => {
    [...forget, key].forEach((other) => state.delete(other));
    state.append(key, input.value);
  }));
  return control(key, label, input);
}
function change(how) {
  how();
  history.pushState(null, "", `?${state}`);
  draw().catch(fail);
}

function drawControls(now) {
  const focused = document.activeElement?.id;
  const { first } = now;
  const sizeKeys = first.scales.map((p) => `p-${first.param_names[p]}`);
  const controls = [
    select("benchmark", "benchmark", index.benchmarks.map(({ name }) => [name, name]), first.name, ["beside", "baseline"]),
    ...first.scales.flatMap((p, i) => {
      const here = [...new Set(now.sizes.map((size) => first.sizes[size][i]))];
      if (here.length < 2) return [];
      return select(sizeKeys[i], first.param_names[p], here.map((value) => [first.params[p][value], number(first.params[p][value])]), first.params[p][first.sizes[now.size][i]], ["commit"]);
    }),
    select("commit", "commit", now.commits.map(([commit, count]) => [index.commits[commit][0], `${short(commit)}  ${day(commit)}  (${count} ${count === 1 ? "runtime" : "runtimes"})`]), index.commits[now.commit]?.[0]),
    select("baseline", "ratios to", now.labels.map((label) => [label, label]), now.baselineLabel),
  ];
  if (now.others.length) controls.push(select("beside", "beside it", [...now.others.map(({ name }) => [name, name.split(".").at(-1)]), ["", "nothing"]], now.second?.name ?? ""));
  if (now.machines.length > 1) controls.push(select("machine", "machine", now.machines.map((machine) => [index.machines[machine].name, index.machines[machine].name]), index.machines[now.machine].name, ["commit", "baseline"]));
  if (now.branches.length > 1) controls.push(select("branch", "branch", now.branches.map((name) => [name, name]), now.branches[now.branch], ["commit"]));
  const filters = [];
  for (const [key, there] of now.dimensions) {
    const choices = [...new Set([...there, ...state.getAll(key)])].filter(Boolean);
    if (choices.length < 2 && !state.has(key)) continue;
    const name = key.replace(/^p-/, "");
    const chips = choices.map((choice) => {
      const box = element("input", { type: "checkbox", value: choice, id: `control-${key}-${choice}`, checked: !state.has(key) || state.getAll(key).includes(choice) });
      box.addEventListener("change", () => change(() => {
        const before = state.has(key) ? state.getAll(key) : there;
        const after = choices.filter((one) => (one === choice ? box.checked : before.includes(one)));
        state.delete(key);
        if (there.some((one) => !after.includes(one))) (after.length ? after : [""]).forEach((one) => state.append(key, one));
      }));
      const family = key === "runtime" && index.environments.find(({ label }) => label === choice)?.family;
      const swatch = element("span", { className: "swatch" });
      if (family) swatch.style.background = COLORS[family] ?? "var(--other)";
      return element("label", {}, box, ...(family ? [swatch] : []), choice);
    });
    filters.push(element("fieldset", { className: "control" }, element("legend", { textContent: name }), element("div", { className: "chips" }, ...chips)));
  }
  if (now.none) {
    const box = element("input", { type: "checkbox", id: "control-na", checked: now.withNone });
    box.addEventListener("change", () => change(() => (box.checked ? state.set("na", "1") : state.delete("na"))));
    filters.push(element("fieldset", { className: "control" }, element("legend", { textContent: "without a value" }), element("div", { className: "chips" }, element("label", {}, box, `show ${now.none} n/a`))));
  }
  const open = $("filters")?.open ?? (now.withNone || now.dimensions.some(([key]) => state.has(key)));
  if (filters.length) controls.push(element("details", { id: "filters", open }, element("summary", { textContent: "Filters" }), element("div", {}, ...filters)));
  $("controls").replaceChildren(...controls);
  if (focused?.startsWith("control-")) $(focused)?.focus();
}

function columns(now, shown) {
  const several = shown[0]?.several ?? [];
  return [
    ["runtime", "runtime", (row) => row.runtime],
    ...several.map((name) => [`p-${name}`, name, (row) => row.parameters[name]]),
    ...[["first", now.first], ["second", now.second]].filter(([, benchmark]) => benchmark).flatMap(([cell, benchmark]) => [
      [cell, benchmark.name.split(".").at(-1), (row) => row[cell].value, (row) => (row[cell].state === "ok" ? human(row[cell].value, benchmark.unit) : row[cell].state), cell],
      [`${cell}-interval`, "99 % interval", (row) => row[cell].low, (row) => (row[cell].low === undefined ? "" : `${human(row[cell].low, benchmark.unit)} – ${human(row[cell].high, benchmark.unit)}`), cell],
      [`${cell}-ratio`, "ratio", (row) => row[cell].ratio, (row) => (row[cell].ratio === undefined ? "" : times(row[cell].ratio)), cell],
    ]),
  ].filter(([key, , value]) => !key.endsWith("-interval") || shown.some((row) => value(row) !== undefined));
}

function drawTable(now, shown, baseline, commit, named, hidden) {
  const all = columns(now, shown);
  const wanted = state.get("sort") ?? "first";
  const [by, direction] = wanted.startsWith("-") ? [wanted.slice(1), "descending"] : [wanted, "ascending"];
  const column = all.find(([key]) => key === by) ?? all.find(([key]) => key === "first");
  const sorted = [...shown].sort((a, b) => {
    const [x, y] = [column[2](a), column[2](b)];
    if (x === undefined || y === undefined) return (x === undefined) - (y === undefined) || bySpeed(a, b);
    return (direction === "ascending" ? 1 : -1) * (typeof x === "number" ? x - y : x.localeCompare(y, "en", { numeric: true }));
  });
  const head = element("tr", {}, ...all.map(([key, title, , isNumber]) => {
    const button = element("button", { type: "button", textContent: title });
    button.addEventListener("click", () => {
      state.set("sort", `${by === key && direction === "ascending" ? "-" : ""}${key}`);
      history.replaceState(null, "", `?${state}`);
      drawTable(now, shown, baseline, commit, named, hidden);
      document.querySelectorAll("#table th button")[all.findIndex((one) => one[0] === key)].focus();
    });
    const cell = element("th", { scope: "col", className: isNumber ? "number" : "" }, button);
    if (key === column[0]) cell.setAttribute("aria-sort", direction);
    return cell;
  }));
  const body = sorted.map((row) => element("tr", { className: row === baseline ? "baseline" : "" }, ...all.map(([, , value, text, cell]) => {
    const state = cell && row[cell].state !== "ok" ? (row[cell].state === "failed" ? " failed" : " none") : "";
    return element("td", { className: (text ? "number" : "") + state, textContent: text ? text(row) : value(row) });
  })));
  $("table").replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
  const not = hidden ? `; ${hidden} more are n/a` : "";
  $("table-note").textContent = `${shown.length} rows${not}.` + (baseline ? ` Ratios are to ${baseline.label}: less is better.` : "");
  $("csv").onclick = () => download(now, sorted, baseline, commit, named);
}

function download(now, rows, baseline, commit, named) {
  const several = rows[0]?.several ?? [];
  const cells = [["first", now.first], ["second", now.second]].filter(([, benchmark]) => benchmark);
  const head = ["commit", "machine", ...Object.keys(named), "runtime", ...several, ...cells.flatMap(([, { name, unit }]) => [`${name} (${unit})`, ...["low", "high", "ratio", "state"].map((part) => `${name} ${part}`)]), "baseline"];
  const lines = rows.map((row) => [index.commits[commit][0], index.machines[now.machine].name, ...Object.values(named), row.runtime, ...several.map((name) => row.parameters[name]), ...cells.flatMap(([cell]) => [row[cell].value, row[cell].low, row[cell].high, row[cell].ratio, row[cell].state]), baseline?.label]);
  // A text that a spreadsheet would take for a formula stays a text.
  const quote = (value) => (typeof value === "number" ? String(value) : /^[=+\-@\t\r]/.test(value ?? "") ? `"'${value.replaceAll('"', '""')}"` : /[",\r\n]/.test(value ?? "") ? `"${value.replaceAll('"', '""')}"` : (value ?? ""));
  const text = [head, ...lines].map((line) => line.map(quote).join(",")).join("\r\n") + "\r\n";
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: `${groupName(now.first)}-${short(commit)}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const config = () => ({
  customFormatTypes: true,
  background: null,
  font: FONT,
  view: { stroke: null },
  axis: { labelColor: "var(--text)", titleColor: "var(--quiet)", gridColor: "var(--line)", domain: false, ticks: false, labelFontSize: 12, titleFontWeight: "normal" },
  text: { fill: "var(--text)", fontSize: 12 },
  rule: { stroke: "var(--text)" },
});
const families = [...new Set(index.environments.map(({ family }) => family))];
const colors = { field: "family", type: "nominal", legend: null, scale: { domain: families, range: families.map((family) => COLORS[family] ?? "var(--other)") } };
const options = { renderer: "svg", actions: false, expressionFunctions: { tick: (value, unit) => human(value, unit).replace(/\.0+(?= |$)|(\.\d*?)0+(?= |$)/, "$1"), ratio: (value) => times(value).replace(/\.?0+×/, "×"), commit: (at) => (index.commits[at] ? short(at) : "") } };

async function chart(id, specification) {
  const place = $(id);
  const { view } = await window.vegaEmbed(place, { config: config(), width: place.clientWidth, autosize: { type: "fit-x", contains: "padding" }, padding: 2, ...specification }, options);
  return view;
}

function bars(benchmark, cell, shown) {
  const rows = shown.map((row) => {
    const { value, low, high, ratio, state, own } = row[cell];
    const text = state === "ok" ? human(value, benchmark.unit) + (ratio === undefined ? "" : `\u2002${times(ratio)}`) : state;
    return { label: row.label, family: row.family, by: own ? "the commit's own benchmark" : "", value: value ?? null, low: low ?? null, high: high ?? null, edge: Math.max(value ?? 0, high ?? 0), text, interval: low === undefined ? "" : `${human(low, benchmark.unit)} – ${human(high, benchmark.unit)}` };
  });
  const least = Math.min(...rows.map((row) => Math.min(row.value ?? 0, row.low ?? 0)), 0);
  const most = Math.max(...rows.map((row) => row.edge), least < 0 ? 0 : Number.MIN_VALUE);
  // Room for the text behind the longest bar.
  const width = (texts) => 7 * Math.max(...texts.map((text) => text.length));
  const plot = $(cell).clientWidth - (NARROW.matches ? 0 : Math.min(LABEL, width(rows.map((row) => row.label))));
  const room = 1 / Math.max(0.3, 1 - (width(rows.map((row) => row.text)) + 12) / plot);
  const scale = { domain: [least, least + (most - least) * room], nice: false };
  const x = (field) => ({ field, type: "quantitative", scale, title: null, axis: { format: benchmark.unit, formatType: "tick", tickCount: NARROW.matches ? 3 : 5 } });
  const tooltip = [{ field: "label", title: " " }, { field: "text", title: "median" }, { field: "interval", title: "99 % interval" }, ...(rows.some((row) => row.by) ? [{ field: "by", title: "measured with" }] : [])];
  // On a narrow screen a label stands above its bar.
  const y = { field: "label", type: "nominal", sort: null, axis: NARROW.matches ? null : { title: null, labelLimit: LABEL } };
  const above = NARROW.matches ? [{ mark: { type: "text", align: "left", dy: -12 }, encoding: { x: { datum: 0 }, text: { field: "label" } } }] : [];
  const dy = NARROW.matches ? 3 : 0;
  return {
    description: `${benchmark.name}: ${rows.map((row) => `${row.label} ${row.text}`).join("; ")}`,
    data: { values: rows },
    height: Math.max(1, rows.length) * (NARROW.matches ? 38 : 24),
    encoding: { y },
    layer: [
      { mark: { type: "bar", height: { band: NARROW.matches ? 0.36 : 0.68 }, yOffset: dy, cornerRadiusEnd: 2 }, encoding: { x: x("value"), color: colors, tooltip } },
      { transform: [{ filter: "datum.low !== null" }], mark: { type: "rule", yOffset: dy }, encoding: { x: x("low"), x2: { field: "high" }, tooltip } },
      { mark: { type: "text", align: "left", dx: 6, dy }, encoding: { x: x("edge"), text: { field: "text" } } },
      ...above,
    ],
  };
}

/* Round ratios within a range, the fewer the wider it is. */
function ticks(least, most) {
  const lowest = Math.floor(Math.log10(least));
  const decades = Array.from({ length: Math.ceil(Math.log10(most)) - lowest + 1 }, (_, i) => 10 ** (lowest + i));
  const of = (steps) => decades.flatMap((decade) => steps.map((step) => step * decade)).filter((value) => value >= least && value <= most);
  return [[1, 10], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]].map(of).find((values) => values.length >= 4) ?? of([1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.7, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9, 9.5]);
}

/* Ratios to the baseline across commits; what is fastest of its kind is drawn bold and named. */
function lines(loaded, shown, baseline, commit, onBranch) {
  const buckets = loaded.commits.filter((_, i) => i % loaded.step === loaded.step - 1 || i === loaded.commits.length - 1);
  const indexOf = new Map(loaded.series.map((one, i) => [one.key, i]));
  const base = loaded.history[indexOf.get(baseline?.key)];
  if (!base) return null;
  const bold = new Set(fastest(shown).map((row) => row.key));
  const points = shown.filter((row) => indexOf.has(row.key)).flatMap((row) =>
    loaded.history[indexOf.get(row.key)].flatMap((value, i) => (!(value > 0) || !(base[i] > 0) || !onBranch.has(buckets[i]) ? [] : [{ key: row.key, label: row.label, lines: row.lines, family: row.family, bold: bold.has(row.key), at: buckets[i], ratio: value / base[i] }])),
  );
  if (new Set(points.map((point) => point.at)).size < 2) return null;
  const height = 280;
  const [least, most] = [Math.min(...points.map((point) => point.ratio)) / 1.1, Math.max(...points.map((point) => point.ratio)) * 1.1];
  const gap = ((Math.log(most) - Math.log(least)) * 31) / height;
  const ends = [...new Map(points.filter((point) => point.bold).map((point) => [point.key, point])).values()].sort((a, b) => a.ratio - b.ratio).map((point) => ({ ...point, end: point.ratio }));
  ends.forEach((point, i) => i && (point.end = Math.max(point.end, ends[i - 1].end * Math.exp(gap))));
  const last = Math.max(...points.map((point) => point.at));
  const first = Math.min(...points.map((point) => point.at));
  const x = { field: "at", type: "quantitative", title: null, scale: { domain: [first, last], nice: false }, axis: { formatType: "commit", grid: false, labelOverlap: true, tickMinStep: 1, tickCount: 6, labelFlush: true } };
  const y = { field: "ratio", type: "quantitative", title: null, scale: { type: "log", domain: [least, most], nice: false }, axis: { formatType: "ratio", values: ticks(least, most) } };
  const tooltip = [{ field: "label", title: " " }, { field: "ratio", formatType: "ratio", title: "ratio" }, { field: "at", formatType: "commit", title: "commit" }];
  const shownThere = new Set(shown.map((row) => row.environment));
  const changed = Object.entries(loaded.code).flatMap(([environment, { changed = [] }]) => (shownThere.has(+environment) ? changed : []));
  const borders = [...new Set(changed)].filter((at) => at >= first && at <= last).map((at) => ({ at, what: "the benchmark's own code changed" }));
  return {
    description: `Ratios to ${baseline.label} across ${buckets.length} commits`,
    data: { values: points },
    height,
    layer: [
      { mark: { type: "rule", strokeDash: [3, 3], opacity: 0.6 }, data: { values: [{}] }, encoding: { y: { ...y, field: undefined, datum: 1 } } },
      { mark: { type: "rule", opacity: 0.12, strokeWidth: 8 }, data: { values: commit >= first && commit <= last ? [{ at: commit }] : [] }, encoding: { x } },
      { mark: { type: "rule", strokeDash: [2, 4] }, data: { values: borders }, encoding: { x, tooltip: [{ field: "what", title: " " }, tooltip[2]] } },
      {
        params: [{ name: "near", select: { type: "point", on: "pointerover", clear: "pointerout", fields: ["key"] } }],
        mark: { type: "line", interpolate: "linear" },
        encoding: { x, y, color: colors, detail: { field: "key" }, strokeWidth: { condition: [{ param: "near", empty: false, value: 3.5 }, { test: "datum.bold", value: 2.5 }], value: 1 }, opacity: { condition: [{ param: "near", empty: false, value: 1 }, { test: "datum.bold", value: 1 }], value: 0.4 }, tooltip: [tooltip[0]] },
      },
      // Thousands of points would take seconds: then those of the bold lines alone.
      { transform: points.length > MAX_DOTS ? [{ filter: "datum.bold" }] : [], mark: { type: "point", filled: true, size: points.length > MAX_DOTS ? 8 : 36 }, encoding: { x, y, color: colors, opacity: { condition: { test: "datum.bold", value: 1 }, value: 0.4 }, tooltip } },
      { mark: { type: "text", align: "left", dx: 8, limit: 230, lineHeight: 14, baseline: "middle", dy: -7 }, data: { values: NARROW.matches ? [] : ends }, encoding: { x, y: { ...y, field: "end" }, text: { field: "lines" } } },
    ],
  };
}

async function drawCharts(now, shown, baseline, first, second, commit, onBranch) {
  // The fastest, and always the fastest of each kind and what the others are compared with.
  const kinds = fastest(shown);
  const few = state.has("all") ? shown : shown.filter((row, i) => i < MAX_BARS || row === baseline || kinds.includes(row));
  $("more").hidden = shown.length === few.length && !state.has("all");
  $("more").textContent = state.has("all") ? "Only the fastest" : `All ${shown.length} bars`;
  const caption = (id, benchmark, more) => $(id).replaceChildren(what(benchmark), element("small", { textContent: ` ${more}` }));
  const histories = { first: first && lines(first, few, baseline, commit, onBranch), second: second && lines(second, few, baseline, commit, onBranch) };
  for (const [id, there] of [["first", now.first], ["second", now.second], ["first-history", histories.first], ["second-history", histories.second]])
    $(id).parentElement.hidden = !there;
  $("history-section").hidden = !histories.first && !histories.second;
  for (const [cell, benchmark] of [["first", now.first], ["second", now.second]]) {
    const history = histories[cell];
    if (benchmark) {
      caption(`${cell}-title`, benchmark, `${benchmark.name.split(".").at(-1)}${few.some((row) => row[cell].low !== undefined) ? ", with 99 % intervals" : ""}${baseline ? `, × ${baseline.label}` : ""}`);
      await chart(cell, bars(benchmark, cell, few));
    }
    if (history) {
      caption(`${cell}-history-title`, benchmark, `× ${baseline.label}, fastest of each kind in bold`);
      const view = await chart(`${cell}-history`, history);
      view.addEventListener("click", (_, item) => {
        const at = item?.datum?.at;
        if (at !== undefined && item.mark.marktype === "symbol") change(() => state.set("commit", index.commits[at][0]));
      });
    }
  }
  $("history-note").textContent = `Select a point to see its commit.${first.step > 1 ? ` Each point is the median of ${first.step} commits.` : ""}${Object.values(first.code).some((one) => one.changed) ? " At a dashed line the benchmark's own code changed." : ""}`;
}

function fail(error) {
  console.error(error);
  $("notice").textContent = `This page could not be drawn: ${error.message}`;
}

/* asv's own addresses, such as those of its feed, begin with index.html#. */
const leave = () => /^#.+/.test(location.hash) && (location.replace(`asv.html${location.hash}`), true);
addEventListener("hashchange", leave);
if (leave());
else if (index.benchmarks.length) {
  $("more").addEventListener("click", () => change(() => (state.has("all") ? state.delete("all") : state.set("all", "1"))));
  await draw().catch(fail);
  let drawnWidth = innerWidth;
  let resized;
  addEventListener("resize", () => {
    clearTimeout(resized);
    resized = setTimeout(() => innerWidth !== drawnWidth && ((drawnWidth = innerWidth), draw().catch(fail)), 150);
  });
  addEventListener("popstate", () => {
    [...state.keys()].forEach((key) => state.delete(key));
    new URLSearchParams(location.search).forEach((value, key) => state.append(key, value));
    draw().catch(fail);
  });
} else $("notice").textContent = "There are no results yet: asv run measures, and asv publish makes this page anew.";
