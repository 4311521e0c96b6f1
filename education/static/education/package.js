// The page around a player: gives the package what was kept of its learner, and saves what it says, one by one.
const frame = document.querySelector("[data-player]");
const words = document.querySelector("[data-said]");
const { save, origin, failed } = frame.dataset;
// What is said is no data of a package; a later state is kept, or nobody plays here any more; the first try goes on.
const UNUSABLE = new Set([400, 413]);
const OVER = new Set([404, 409, 422]);
const NO_CONSENT = "child_consent_missing";
const RUNNING = "idempotency_key_running";
const OUTDATED = "state_outdated";
let revision = Number(frame.dataset.revision || 0);
let latest = null;
let isSaving = false;

function send({ key, body }) {
  return fetch(save, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": key,
      "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body,
  });
}

// What is said while something is saved waits; only the last of it counts.
async function saveLatest() {
  if (isSaving) return;
  isSaving = true;
  while (latest) {
    const cmi = latest;
    latest = null;
    if (!(await isTold(cmi))) return; // this page saves nothing any more
  }
  isSaving = false;
}

// The same request, under the same key, until it is answered: a lost answer is given again, and nothing is saved twice.
async function isTold(cmi) {
  const request = { key: crypto.randomUUID(), body: JSON.stringify({ revision, cmi }) };
  for (;;) {
    const answer = await send(request).catch(() => null);
    const said = await answer?.json().catch(() => null);
    const isSaved = answer?.ok && said;
    if (isSaved) revision = said.revision;
    words.textContent = isSaved ? "" : said?.detail || failed;
    if (isSaved || UNUSABLE.has(answer?.status)) return true;
    if (said?.code === NO_CONSENT || (OVER.has(answer?.status) && said?.code !== RUNNING)) {
      if (said?.code !== OUTDATED) frame.remove(); // what nobody plays any more is not shown any more
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
}

addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== origin) return;
  if (event.data.kind === "ready") {
    frame.contentWindow.postMessage({ cmi: JSON.parse(document.getElementById("kept").textContent) }, origin);
  } else if (save) {
    latest = event.data.cmi;
    saveLatest();
  }
});
frame.src = frame.dataset.player;
