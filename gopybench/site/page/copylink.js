/* "Link to exactly this" copies itself, where the browser lets it. */

const link = document.getElementById("link");

link.addEventListener("click", async (event) => {
  if (!navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
    document.getElementById("copied").textContent = "Copied.";
  } catch {
    location.assign(link.href);
  }
});
