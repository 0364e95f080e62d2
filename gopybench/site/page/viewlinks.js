/* Links to another view of the same page, which need not load it again. */

/* Whether a click wants no more than to go there. */
export function isPlain(event) {
  return !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}

/* Have *read* show what the address asks for, when such a link is followed, and on the way back. */
export function follow(read) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-view]");
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    read();
  });
  addEventListener("popstate", read);
}
