// Adds comfort to pages that work without it: keys for leafing, a running batch that counts on by itself.
"use strict";

// Input methods compose letters over several keys; nothing of ours may come between.
const composing = (event) => event.isComposing || event.keyCode === 229;
const typing = (element) => element && element.matches("input, select, textarea");

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.ctrlKey || event.altKey || event.metaKey || typing(document.activeElement)) return;
  const rel = { PageDown: "next", PageUp: "prev" }[event.code];
  const link = rel && !event.shiftKey && document.querySelector(`.pageline a[rel=${rel}]`);
  if (link) {
    event.preventDefault();
    link.click();
  }
});

// A picture that does not come says so in its place.
document.addEventListener("error", (event) => {
  if (event.target.matches && event.target.matches(".sheet img")) event.target.closest(".sheet").classList.add("failed");
}, true);

const ledger = document.querySelector("[data-events]");
if (ledger) {
  const source = new EventSource(ledger.dataset.events);
  source.onmessage = (event) => {
    const line = JSON.parse(event.data);
    for (const [name, pages] of Object.entries(line.ledger)) {
      const place = ledger.querySelector(`[data-live=${name}]`);
      if (place) place.textContent = pages;
    }
    if (line.state !== "running") {
      source.close();
      location.reload();
    }
  };
  source.onerror = () => source.close();
}
