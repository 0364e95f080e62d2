/* Addresses of asv's graphs, of the page that was first once, and of a commit lead where they led. */

const { commit, runtimes } = document.documentElement.dataset;

function elsewhere() {
  if (/^#[^?]*[./]/.test(location.hash)) return `asv.html${location.hash}`;
  const asked = new URLSearchParams(location.search);
  const pinned = asked.get("commit");
  const count = [...asked].length;
  if (count === 0 || (count === 1 && pinned && commit.startsWith(pinned))) return null;
  const [page, query] = runtimes.split("?");
  // A commit alone was copied here: the rest is what this page shows.
  const base = count === 1 && pinned ? query : "";
  const all = new URLSearchParams(base);
  asked.forEach((value, key) => all.append(key, value));
  return `${page}?${all}`;
}

function leave() {
  const address = elsewhere();
  if (address) location.replace(address);
  return address !== null;
}

addEventListener("hashchange", leave);
if (!leave()) document.documentElement.dataset.drawn = "1";
