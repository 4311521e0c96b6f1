// The camera as a scanner: a layer shows what it sees, and each code goes where a scanner's would. A field of one code
// closes the layer; a field of many lines, and a form that records one after the other, keep it open.
import { codeInPhoto, codeReader } from "./decode.js";
import { openDialog } from "./focus.js";
import { beep, fill } from "./scan.js";

const PAUSE = 150; // between two looks, so that a small phone stays cool
const BACK_CAMERA = { video: { facingMode: "environment", width: { ideal: 1280 } } };
const REFUSALS = ["NotAllowedError", "SecurityError"];
const wait = () => new Promise((done) => { setTimeout(done, PAUSE); });

export function scanWithCamera(button) {
  const box = button.closest("[data-camera]");
  const layer = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const field = document.getElementById(box.dataset.camera);
  document.body.append(layer);
  const scan = { layer, field, seen: new Set(), take: takerFor(field), leave: null };
  layer.addEventListener("close", () => ended(scan), { once: true });
  layer.querySelector("[type=file]").addEventListener("change", (event) => photographed(scan, event.target));
  openDialog(layer.id, button);
  watch(scan);
}

function ended({ layer, leave }) {
  layer.querySelector("video").srcObject?.getTracks().forEach((track) => track.stop());
  layer.remove();
  if (leave) location.assign(leave);
}

const tell = ({ layer }, words) => { layer.querySelector("[role=status]").textContent = words; };

async function watch(scan) {
  const { layer } = scan;
  const video = layer.querySelector("video");
  try {
    const stream = await navigator.mediaDevices.getUserMedia(BACK_CAMERA);
    video.srcObject = stream;
    if (!layer.open) return stream.getTracks().forEach((track) => track.stop());
    video.hidden = false;
    await video.play();
  } catch (error) {
    return tell(scan, REFUSALS.includes(error.name) ? layer.dataset.refused : layer.dataset.missing);
  }
  tell(scan, layer.dataset.looking);
  await look(scan, video).catch(() => layer.open && tell(scan, layer.dataset.unloaded));
}

// A blurred look can be misread: a code counts when a second one of the next three looks finds it, too.
async function look(scan, video) {
  const read = await codeReader();
  let last = { code: "", number: 0 };
  for (let number = 0; scan.layer.open; number += 1) {
    const code = await read(video, "moving", number);
    if (code && code === last.code && number - last.number <= 3 && scan.layer.open) await taken(scan, code);
    if (code) last = { code, number };
    await wait();
  }
}

async function photographed(scan, input) {
  const [file] = input.files;
  if (!file) return;
  try {
    const code = await codeInPhoto(file);
    if (code) await taken(scan, code);
    else tell(scan, scan.layer.dataset.unread);
  } catch {
    tell(scan, scan.layer.dataset.unloaded);
  }
  input.value = ""; // the same photo may be chosen again
}

async function taken(scan, code) {
  if (scan.seen.has(code)) return;
  scan.seen.add(code);
  await scan.take(scan, code);
}

function takerFor(field) {
  if (field.dataset.scan === "each") return record;
  return field.matches("textarea") ? addLine : fillOnce;
}

function sound(kind) {
  beep(kind);
  navigator.vibrate?.(kind === "taken" ? 60 : [60, 80, 60]);
}

function fillOnce({ layer, field }, code) {
  sound("taken");
  layer.close();
  fill(field, code);
}

function addLine(scan, code) {
  sound("taken");
  fill(scan.field, code);
  list(scan, code, "taken");
}

function list({ layer }, code, kind, words = "") {
  const row = layer.querySelector("template").content.firstElementChild.cloneNode(true);
  row.querySelector(".row").classList.add(kind);
  row.querySelector("b").textContent = code;
  row.querySelector("small").textContent = words;
  layer.querySelector("ul").prepend(row);
}

// As a press of the form's button would: the answer is a page, from which the form gets its next key.
async function record(scan, code) {
  const { field, layer, seen } = scan;
  const { form } = field;
  field.value = code;
  let answer;
  let page;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    seen.delete(code);
    return tell(scan, layer.dataset.unsent);
  }
  const next = page.getElementById(field.id)?.form;
  scan.leave = answer.redirected ? answer.url : (scan.leave ?? location.href);
  if (!next && answer.redirected) return layer.close(); // the page that it leads to says why
  for (const hidden of next?.querySelectorAll("input[type=hidden]") ?? []) {
    const own = form.elements[hidden.name];
    if (own) own.value = hidden.value;
  }
  field.value = "";
  const refusal = page.querySelector(next ? ".errors li" : ".errors li, h1")?.textContent.trim();
  const kind = refusal ? "refused" : "taken";
  sound(kind);
  list(scan, code, kind, refusal ?? page.querySelector(".notes b, .notes p")?.textContent.trim());
  tell(scan, layer.dataset.looking);
}
