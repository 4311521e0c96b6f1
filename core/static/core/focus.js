// Where the keyboard is: search by "/", Esc closes what is on top, focus follows what changed.
import { say } from "./live.js";

const TYPING = "input:not([type=radio], [type=checkbox], [type=file]), textarea, select, [contenteditable]";
// Through the rows of a page, whichever list they stand in; Enter opens the one in focus.
const STEPS = { j: 1, k: -1 };
const visible = (element) => element.offsetParent !== null;
let opener = null;

function closeTopmost() {
  const dialog = [...document.querySelectorAll("dialog[open]")].pop();
  if (dialog?.matches(":modal")) return false; // the browser closes it and gives the focus back
  return closeSheet();
}

// A sheet stands open by its address (#menu), so that it needs no script; going back closes it.
function closeSheet() {
  const sheet = document.querySelector(".nav:target");
  if (!sheet || !visible(sheet.querySelector(".sheet-head"))) return false;
  location.hash = "main";
  document.querySelector(`.top [href="#${sheet.id}"]`)?.focus();
  return true;
}

function nextRow(row, step) {
  const rows = [...row.closest("ul, ol, tbody, section").querySelectorAll("a.row")];
  return rows[rows.indexOf(row) + step];
}

// The form of a case that its key names: opened, with its first field in focus. Nothing is sent by it.
function openForm(key) {
  const form = document.querySelector(`main form[aria-keyshortcuts="${CSS.escape(key)}"]`);
  form?.closest("details")?.setAttribute("open", "");
  const field = [...(form?.querySelectorAll("input, select, textarea, button") ?? [])].find(visible);
  field?.focus();
  return Boolean(field);
}

function keyed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const typing = event.target.matches?.(TYPING);
  if (event.key === "/" && !typing && !document.body.hasAttribute("data-no-slash")) {
    const field = [...document.querySelectorAll("main [data-search], .top [data-search]")].find(visible);
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  } else if (event.key === "Escape") {
    if (closeTopmost()) event.preventDefault();
  } else if (STEPS[event.key] && !typing && !document.body.hasAttribute("data-no-slash")) {
    const rows = [...document.querySelectorAll("main a.row")].filter(visible);
    const row = rows[rows.indexOf(document.activeElement) + STEPS[event.key]];
    if (row) {
      event.preventDefault();
      row.focus();
    }
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches?.("a.row")) {
    const row = nextRow(event.target, event.key === "ArrowDown" ? 1 : -1);
    if (row) {
      event.preventDefault();
      row.focus();
    }
  } else if (event.key.length === 1 && !typing && !document.body.hasAttribute("data-no-slash")) {
    if (openForm(event.key)) event.preventDefault();
  }
}

export function focusSummary(root = document) {
  const summary = root.querySelector("[data-focus]");
  summary?.focus();
  return Boolean(summary);
}

// After a part of the page was replaced: the summary if something is wrong, else its heading; a person who is still
// typing (searching) keeps the cursor and hears the heading instead.
function swapped(event) {
  const region = document.getElementById(event.detail.target?.id) ?? event.target;
  if (focusSummary(region)) return;
  const heading = region.querySelector?.("h1, h2");
  if (document.activeElement?.matches(TYPING)) {
    say(heading?.textContent);
  } else if (document.activeElement === document.body || region.contains(document.activeElement)) {
    if (!focusRow(region)) (heading ?? document.getElementById("main"))?.focus();
  }
}

// A list in which the focused row vanishes focuses the row that took its place.
let rowIndex = -1;
function swapping(event) {
  const row = document.activeElement?.closest?.("a.row");
  const region = event.detail.target;
  rowIndex = row && region?.contains(row) ? [...region.querySelectorAll("a.row")].indexOf(row) : -1;
}

function focusRow(region) {
  if (rowIndex < 0) return false;
  const rows = region.querySelectorAll("a.row");
  const row = rows[Math.min(rowIndex, rows.length - 1)];
  row?.focus();
  return Boolean(row);
}

export function openDialog(id, from) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal) return;
  opener = from;
  dialog.removeAttribute("open");
  dialog.showModal();
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("h2"))?.focus();
  dialog.addEventListener("close", () => opener?.focus(), { once: true });
}

export function manageFocus() {
  document.addEventListener("keydown", keyed);
  document.addEventListener("htmx:beforeSwap", swapping);
  document.addEventListener("htmx:afterSettle", swapped);
  focusSummary();
}
