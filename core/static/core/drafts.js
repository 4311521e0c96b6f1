// Drafts: what is typed is kept on this device a second after the last key, and offered again. It survives reload,
// change of language, the end of a session and an app that is killed. Another person on the device never sees it.
import { createStore, del, entries, get, set } from "./vendor/idb-keyval.js";
import { say } from "./live.js";

const WAIT = 1000;
const KEEP_DAYS = 30;
const NEVER = new Set(["csrfmiddlewaretoken", "next"]);
const store = () => createStore("ecomnet-drafts", "drafts");
const person = () => document.body.dataset.person || "stranger";
const idOf = (form) => `${person()} ${form.dataset.draft}`;
const forms = () => [...document.querySelectorAll("form[data-draft]")];
let place;

function valuesOf(form) {
  const secret = new Set([...form.querySelectorAll("[type=password]")].map((input) => input.name));
  return [...new FormData(form)].filter(
    ([name, value]) => !NEVER.has(name) && !secret.has(name) && !(value instanceof File && !value.size),
  );
}

async function keep(form) {
  form.dataset.dirty = "yes";
  await set(idOf(form), { at: Date.now(), path: location.pathname, values: valuesOf(form) }, place);
}

function fill(form, values) {
  for (const input of form.querySelectorAll("[type=radio], [type=checkbox]")) input.checked = false;
  for (const [name, value] of values) {
    const inputs = [...form.elements].filter((element) => element.name === name);
    for (const input of inputs) {
      if (input.type === "radio" || input.type === "checkbox") {
        if (input.value === value) input.checked = true;
      } else if (input.type === "file") {
        if (!(value instanceof File)) continue;
        const files = new DataTransfer();
        files.items.add(value);
        input.files = files.files;
      } else {
        input.value = value;
      }
    }
  }
  form.dataset.dirty = "yes";
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function ageWords(at, line) {
  const minutes = Math.max(1, Math.round((Date.now() - at) / 60000));
  if (minutes < 90) return line.dataset.minutes.replace("{n}", minutes);
  const hours = Math.round(minutes / 60);
  return hours < 36 ? line.dataset.hours.replace("{n}", hours) : line.dataset.days.replace("{n}", Math.round(hours / 24));
}

function offer(form, draft) {
  const template = document.getElementById("draft-offer");
  if (!template) return;
  const box = template.content.firstElementChild.cloneNode(true);
  const line = box.querySelector("[data-minutes]");
  line.textContent = ageWords(draft.at, line);
  box.addEventListener("click", async (event) => {
    const act = event.target.closest("[data-do]")?.dataset.do;
    if (act === "draft-take") fill(form, draft.values);
    if (act === "draft-drop") await del(idOf(form), place);
    if (act) {
      box.remove();
      form.querySelector(".input, [type=radio], [type=checkbox]")?.focus();
    }
  });
  form.prepend(box);
  say(line.textContent);
}

// The server names the key it has done; the draft that carries it has no more reason to be.
async function forgetDone() {
  const [, name, key] = document.cookie.match(/(?:^|; )((?:__Host-)?done)=([\w.-]+)/) ?? [];
  const oldest = Date.now() - KEEP_DAYS * 86400000;
  for (const [id, draft] of await entries(place)) {
    const done = key && draft.values.some(([field, value]) => field.endsWith("key") && value === key);
    if (done || draft.at < oldest) await del(id, place);
  }
  if (key) document.cookie = `${name}=; Max-Age=0; Path=/; SameSite=Lax${name === "done" ? "" : "; Secure"}`;
}

async function offerAll() {
  const silently = sessionStorage.getItem("drafts-silently") === location.pathname;
  sessionStorage.removeItem("drafts-silently");
  for (const form of forms()) {
    const draft = await get(idOf(form), place);
    if (!draft || form.querySelector(".errors")) continue; // a page with faults already shows what was typed
    if (silently) fill(form, draft.values);
    else offer(form, draft);
  }
}

function typed(event) {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || !event.isTrusted) return;
  form.dataset.dirty = "yes";
  clearTimeout(form.waiting);
  form.waiting = setTimeout(() => keep(form), WAIT);
}

// On a slow line people type before this module has come.
function typedAlready(form) {
  return [...form.elements].some((field) => field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue);
}

// The language button leaves the page: keep first, then go.
async function changeLanguage(event) {
  const form = event.target.closest("form[data-language]");
  const dirty = forms().filter((other) => other.dataset.dirty || typedAlready(other));
  if (!form || !dirty.length || form.dataset.kept) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await Promise.all(dirty.map(keep));
  sessionStorage.setItem("drafts-silently", location.pathname);
  form.dataset.kept = "yes";
  form.requestSubmit(event.submitter);
}

export async function keepDrafts() {
  document.addEventListener("submit", changeLanguage, true);
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) forms().filter((form) => form.dataset.dirty).forEach(keep);
  });
  try {
    place = store();
    await forgetDone();
    await offerAll();
    await Promise.all(forms().filter((form) => !form.dataset.dirty && typedAlready(form)).map(keep));
  } catch {
    // Private windows may refuse storage: the page works, drafts do not.
    place = undefined;
  }
}
