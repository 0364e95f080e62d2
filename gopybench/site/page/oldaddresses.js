/* Addresses of asv's graphs, of the page that was first once, and of a commit lead where they led. */

const { commit, runtimes } = document.documentElement.dataset;

// What the list of benchmarks has in its own.
const OWN = ["q", "all"];

function elsewhere() {
  if (/^#[^?]*[./]/.test(location.hash)) return `asv.html${location.hash}`;
  const asked = new URLSearchParams(location.search);
  const keys = [...asked.keys()].filter((key) => !OWN.includes(key));
  const pinned = asked.get("commit");
  if (keys.length === 0 || (keys.length === 1 && pinned && commit.startsWith(pinned))) return null;
  const [page, query] = runtimes.split("?");
  // A commit alone was copied here: the rest is what this page shows.
  const base = keys.length === 1 && pinned ? query : "";
  const all = new URLSearchParams(base);
  for (const [key, value] of asked) all.append(key, value);
  return `${page}?${all}`;
}

function leave() {
  const address = elsewhere();
  if (address) location.replace(address);
  return address !== null;
}

addEventListener("hashchange", leave);
if (!leave()) document.documentElement.dataset.drawn = "1";
