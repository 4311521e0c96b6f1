// One press, one request: the button keeps its width, says what it does, and ignores further presses.
import { say } from "./live.js";

const FORGET_AFTER = 20000; // longer than any answer takes; then pressing again is safe because of the key
const blocked = (button) => button?.getAttribute("aria-disabled") === "true";

function busy(form, button) {
  form.dataset.running = "yes";
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  say(button.querySelector(".doing")?.textContent);
}

export function idle(form) {
  delete form.dataset.running;
  for (const button of form.querySelectorAll("[aria-busy=true]")) {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
}

function pressed(event) {
  const button = event.target.closest?.("button, a.button");
  if (blocked(button)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    say(document.getElementById(button.getAttribute("aria-describedby"))?.textContent);
  }
}

function submitted(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.running) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const button = event.submitter ?? form.querySelector(".button.primary, button:not([type=button])");
  // After this turn: a button that is disabled now would not be part of what is sent.
  setTimeout(() => { if (!event.defaultPrevented || form.matches("[hx-post]")) busy(form, button); });
  setTimeout(() => idle(form), FORGET_AFTER);
}

function countDown(element, seconds, words, done) {
  const tick = () => {
    if (seconds <= 0) return done();
    if (element) {
      element.hidden = false;
      element.textContent = words.replace("{n}", seconds);
    }
    seconds -= 1;
    setTimeout(tick, 1000);
  };
  tick();
}

// Once by itself, a short wait up to ten times; then the person decides.
function mayTry(name, limit) {
  const tried = Number(sessionStorage.getItem(name) ?? 0);
  if (tried >= limit) {
    sessionStorage.removeItem(name);
    return false;
  }
  sessionStorage.setItem(name, tried + 1);
  return true;
}

export function retryWhereAsked(root = document) {
  const form = root.querySelector("form[data-retry-after]");
  if (form) {
    const seconds = Number(form.dataset.retryAfter);
    const line = form.querySelector("[data-retry]");
    if (mayTry(`retry ${location.pathname}`, seconds <= 2 ? 10 : 1)) {
      countDown(line, seconds, line?.dataset.words ?? "", () => form.isConnected && form.requestSubmit());
    }
  } else {
    sessionStorage.removeItem(`retry ${location.pathname}`);
  }
  const page = root.querySelector("[data-reload]");
  if (page && mayTry(`reload ${location.pathname}`, 1)) {
    countDown(page, Number(page.dataset.reload), page.dataset.words, () => location.reload());
  }
}

export function guardPresses() {
  document.addEventListener("click", pressed, true);
  document.addEventListener("submit", submitted, true);
  // Coming back by the browser's own button finds the page as it was left: still running.
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-running]").forEach(idle);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) idle(form);
  });
}
