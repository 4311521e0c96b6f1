// A scanner that types: at least six characters, at most 35 ms apart, Enter at the end. The code goes to the field in
// focus if it takes codes, else to the first on the page that does, else to the search, which knows every code. It
// never stays in another field and never submits a form.
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

function restore() {
  if (before && before.field.value !== before.value) {
    before.field.value = before.value;
    before.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const isShown = (field) => field.checkVisibility?.({ visibilityProperty: true }) ?? field.offsetParent !== null;

function scanTarget() {
  if (before?.field.matches("[data-scan]")) return before.field;
  return [...document.querySelectorAll("[data-scan]")].find(isShown);
}

// By the form, which posts: a whole number never stands in an address.
function search(scanned) {
  const field = document.querySelector("main form[role=search] [data-search]")
    ?? document.querySelector("form[role=search] [data-search]");
  if (field) fill(field, scanned);
}

// Where a field takes many, one code stands on each line, and none twice.
function asLines(typed, scanned) {
  const lines = typed.split(/\s+/).filter(Boolean);
  return lines.includes(scanned) ? typed : [...lines, scanned, ""].join("\n");
}

export function fill(field, scanned) {
  field.value = field.matches("textarea") ? asLines(field.value, scanned) : scanned;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (field.matches("[data-search]")) return field.form.submit();
  field.dispatchEvent(new CustomEvent("scan", { bubbles: true, detail: { code: scanned } }));
  say(scanned);
}

function deliver(scanned) {
  const now = Date.now();
  if (scanned === taken.code && now - taken.at < REPEAT) return;
  taken = { code: scanned, at: now };
  const target = scanTarget();
  if (target) fill(target, scanned);
  else search(scanned);
}

function keyed(event) {
  const now = event.timeStamp;
  const burst = now - lastAt <= GAP;
  lastAt = now;
  if (event.key === "Enter" && burst && code.length >= SHORTEST) {
    event.preventDefault();
    event.stopImmediatePropagation();
    restore();
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
