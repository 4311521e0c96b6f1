// A scanner that types: at least six characters, at most 35 ms apart, Enter at the end. The code goes to the page's
// scan target, else to the search, which knows every code. It never stays in another field and never submits a form.
import { say } from "./live.js";

const SHORTEST = 6;
const GAP = 35;
const REPEAT = 2000;
let code = "";
let lastAt = 0;
let before = null; // the focused field and its value when the burst began
let taken = { code: "", at: 0 };

function tone(frequency, start, audio) {
  const sound = audio.createOscillator();
  const volume = audio.createGain();
  sound.frequency.value = frequency;
  volume.gain.value = 0.08;
  sound.connect(volume).connect(audio.destination);
  sound.start(audio.currentTime + start);
  sound.stop(audio.currentTime + start + 0.09);
}

let audio;
export function beep(kind) {
  try {
    audio ??= new AudioContext();
    if (kind === "taken") tone(1320, 0, audio);
    else [0, 0.14].forEach((start) => tone(330, start, audio));
  } catch {
    // No sound device: the row and the words say the same.
  }
}

function begin(field) {
  before = field?.matches?.("input, textarea") ? { field, value: field.value } : null;
}

function restore(target) {
  if (before && before.field !== target && before.field.value !== before.value) {
    before.field.value = before.value;
    before.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// By the form, which posts: a whole number never stands in an address.
function search(scanned) {
  const form = document.querySelector("main form[role=search]:has([data-search])")
    ?? document.querySelector("form[role=search]:has([data-search])");
  if (!form) return;
  form.querySelector("[data-search]").value = scanned;
  form.submit();
}

export function deliver(scanned) {
  const now = Date.now();
  if (scanned === taken.code && now - taken.at < REPEAT) return;
  taken = { code: scanned, at: now };
  const target = document.querySelector("[data-scan]");
  if (target) {
    target.value = scanned;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.dispatchEvent(new CustomEvent("scan", { bubbles: true, detail: { code: scanned } }));
    say(scanned);
  } else {
    search(scanned);
  }
}

function keyed(event) {
  const now = event.timeStamp;
  const burst = now - lastAt <= GAP;
  lastAt = now;
  if (event.key === "Enter" && burst && code.length >= SHORTEST) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const target = document.querySelector("[data-scan]");
    restore(target);
    deliver(code);
    code = "";
    return;
  }
  if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey) {
    if (event.key !== "Shift") code = "";
    return;
  }
  if (!burst) {
    code = "";
    begin(document.activeElement);
  }
  code += event.key;
}

// Pages answer a scan with a row marked taken or refused; the ear learns it too.
function answered(event) {
  const row = event.target.querySelector?.(".row.taken, .row.refused");
  if (!row || !event.detail.requestConfig?.triggeringEvent?.type?.startsWith("scan")) return;
  beep(row.matches(".taken") ? "taken" : "refused");
  say(row.textContent.trim());
}

export function listenToScanners() {
  document.addEventListener("keydown", keyed, true);
  document.addEventListener("htmx:afterSwap", answered);
}
