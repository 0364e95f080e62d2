/* Addresses of asv's pages, of the page of all runtimes that is gone, and of a commit lead to the same. */

// What a page shows that is still there: its commit, and where that of another one is.
const { commit, results } = document.documentElement.dataset;

// What the list of benchmarks has in its own.
const OWN = ["q", "all"];

function elsewhere() {
  if (/^#(\/|regressions\b|summarylist\b)/.test(location.hash)) return `asv.html${location.hash}`;
  // A benchmark's graph.
  if (/^#[^?]*[./]/.test(location.hash)) return `history.html${location.hash}`;
  const asked = new URLSearchParams(location.search);
  if (commit && [...asked.keys()].every((key) => key === "commit" || OWN.includes(key))) {
    const pinned = asked.get("commit");
    if (!pinned || commit.startsWith(pinned)) return null;
    return `${results}&${asked}`;
  }
  const benchmark = encodeURIComponent(asked.get("benchmark") ?? "");
  asked.delete("benchmark");
  return `history.html#${benchmark}?${asked}`;
}

function leave() {
  const address = elsewhere();
  if (address) location.replace(address);
  return address !== null;
}

addEventListener("hashchange", leave);
if (!leave()) document.documentElement.dataset.drawn = "1";
