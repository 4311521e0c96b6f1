// The console's scripts, started in the order in which a person could notice them. Every page works without them.
import { manageFocus, openDialog } from "./focus.js";
import { silent, watchTheNet } from "./net.js";
import { guardPresses, retryWhereAsked } from "./press.js";
import { listenToScanners } from "./scan.js";

listenToScanners();
guardPresses();
manageFocus();
watchTheNet();
retryWhereAsked();

// A device that is given to learners shows what an adult had open in no other window either.
const has = (selector) => document.querySelector(selector) !== null;
if ("BroadcastChannel" in window) {
  const windows = new BroadcastChannel("learners");
  if (has("[data-learners]")) windows.postMessage("here");
  else if (document.body.dataset.person) windows.onmessage = () => location.replace("/");
}

// What only some pages have use for comes when there is one.
if (has("form[data-draft]") || document.cookie.includes("done=")) drafts();
if (has("[data-photo]")) import("./photo.js").then((it) => it.shrinkPhotos());
const { heartbeat } = document.body.dataset;
if (heartbeat) import("./heartbeat.js").then((it) => it.sendHeartbeats(heartbeat));
if (has("[data-record]")) import("./record.js").then((it) => it.recordVoices());
if (has("[data-count]")) import("./count.js").then((it) => it.addUpCounts());
if (has("[data-ticks]")) import("./ticks.js").then((it) => it.tickWhatIsScanned());
if (has("[data-beat]")) import("./beat.js").then((it) => it.beatFromHere());
if (has("[data-change]")) import("./change.js").then((it) => it.showChange());

// Who changes the language before drafts can be kept waits for them: what was typed goes along.
function drafts() {
  const waiting = new AbortController();
  const ready = import("./drafts.js").then((it) => it.keepDrafts()).finally(() => waiting.abort());
  const hold = (event) => {
    if (!event.target.matches("form[data-language]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const goOn = () => event.target.requestSubmit(event.submitter);
    ready.then(goOn, goOn);
  };
  document.addEventListener("submit", hold, { capture: true, signal: waiting.signal });
}

const ACTS = {
  print: async (button) => (await import("./receipt.js")).print(button),
  dialog: (button) => openDialog(button.name, button),
  close: (button) => button.closest("dialog")?.close(),
  reload: () => location.reload(),
  camera: async (button) => (await import("./camera.js")).scanWithCamera(button),
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button && button.getAttribute("aria-disabled") !== "true") ACTS[button.dataset.do]?.(button);
});

// "Print the slip" on the page before leads here and means: now.
if (new URLSearchParams(location.search).get("print") === "now") document.querySelector("[data-do=print]")?.click();

// A page that says "busy" or "refused" is an answer to read, not an error to swallow.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if ([429, 503].includes(xhr.status) && xhr.getResponseHeader("Content-Type")?.startsWith("text/html")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:afterSettle", (event) => retryWhereAsked(event.target));
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) silent();
  else location.reload(); // the whole page says why
});

// Scripts show what only they can do.
document.documentElement.classList.add("scripted");

function keepTheShell() {
  navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).then((worker) => {
    const takeOver = () => {
      if (worker.waiting && !has("form[data-dirty]")) worker.waiting.postMessage("take over");
    };
    worker.addEventListener("updatefound", () => worker.installing?.addEventListener("statechange", takeOver));
    takeOver();
    const { lang } = document.documentElement;
    navigator.serviceWorker.ready.then((ready) => ready.active?.postMessage({ language: lang }));
  }).catch(() => {}); // a browser that refuses loses only the pages without network
}

// Only when the page is there and the line is free.
if ("serviceWorker" in navigator && window.isSecureContext) {
  addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(keepTheShell));
}
