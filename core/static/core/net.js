// The chip at the top says what the last answer of the server was; the browser's own guess is never trusted.
import { say } from "./live.js";

const ASK_EVERY = 15000;
let silentSince = null;
let asking = 0;
const chip = () => document.getElementById("sync");
const clock = (at) => `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;

// On a phone the words of the usual state leave their place to the time; who listens still hears them.
function write(element, words, at) {
  const [before, after] = words.split("{time}");
  const verb = (text) => Object.assign(document.createElement("span"), { className: "verb", textContent: text });
  element.replaceChildren(verb(before), clock(at), verb(after));
}

function show(kind, icon, words, at) {
  const element = chip();
  if (!element) return;
  element.className = `chip ${kind}`;
  const use = element.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${icon}`));
  write(element.querySelector("[data-words]"), words, at);
}

export function answered(at = new Date()) {
  const element = chip();
  if (!element) return;
  const wasSilent = silentSince !== null;
  silentSince = null;
  clearTimeout(asking);
  show("ok", "check", element.dataset.online, at);
  if (wasSilent) say(element.textContent.trim());
}

export function silent() {
  const element = chip();
  if (!element) return;
  if (silentSince === null) {
    silentSince = new Date();
    show("wait", "offline", element.dataset.offline, silentSince);
    say(element.textContent.trim());
  }
  clearTimeout(asking);
  asking = setTimeout(ask, ASK_EVERY);
}

async function ask() {
  try {
    const response = await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(8000) });
    if (response.ok) answered();
    else silent();
  } catch {
    silent();
  }
}

export function watchTheNet() {
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr?.status) answered();
  });
  document.addEventListener("htmx:sendError", silent);
  document.addEventListener("htmx:timeout", silent);
  addEventListener("online", ask);
  addEventListener("offline", ask);
  addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
}
