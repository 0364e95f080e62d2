/* The data of the site, format 1, as docs/site.md describes them: each file is read once. */

const read = new Map();

function json(path) {
  if (!read.has(path)) {
    const answer = fetch(`data/${path}`).then((found) => {
      if (!found.ok) throw new Error(`${found.url}: ${found.status}`);
      return found.json();
    });
    read.set(path, answer);
  }
  return read.get(path);
}

/* Begin to load what will be asked for soon; whoever asks is told what goes wrong. */
export function prefetch(paths) {
  for (const path of paths) json(path).catch(() => {});
}

export const index = () => json("index.json");

/* Every commit's short hash and its date, in seconds. */
export const commits = () => json("commits.json");

/* All environments' lines of one combination of a benchmark's parameters, on a branch by its place. */
export const history = (benchmark, combination, branch = 0) =>
  json(`history/${benchmark}-${combination}${branch ? `-${branch}` : ""}.json`);

/* What was measured in an environment at a commit, by benchmark. */
export async function measured(environment, commit) {
  const { block, environments } = await index();
  const number = Math.floor(commit / block);
  const isIn = ([first, last]) => first <= number && number <= last;
  // Where nothing was measured there is no file.
  if (!environments[environment].blocks.some(isIn)) return {};
  const values = await json(`values/${environment}-${number}.json`);
  return values[commit] ?? {};
}

/* The commits at which something was measured on a machine, each with its campaign. */
export const measuredOn = async (machine) => (await json("measured.json"))[machine];

/* The ratios of two environments at a commit that were measured in turns. */
export async function turns(commit) {
  return (await index()).turns.includes(commit) ? json(`turns/${commit}.json`) : [];
}

/* The first line of a commit's message. */
export async function subject(commit) {
  const { subjects } = await index();
  const lines = await json(`subjects-${Math.floor(commit / subjects)}.json`);
  return lines[commit % subjects];
}

/* A combination's number, from the places of the values of its parameters, and back. */
export function combination(params, places) {
  return params.reduce((number, param, i) => number * param.values.length + places[i], 0);
}

export function places(params, number) {
  const found = [];
  for (let i = params.length - 1; i >= 0; i--) {
    const count = params[i].values.length;
    found.unshift(number % count);
    number = Math.floor(number / count);
  }
  return found;
}

/* The place of a commit among all, by as much of its hash as is known; -1 if it is not there. */
export const commitAt = (hash, commits) =>
  commits.findIndex(([short]) => hash.startsWith(short) || short.startsWith(hash));
