// The page around a player: gives the package what was kept of its learner, and saves what it says, one by one.
const frame = document.querySelector("[data-player]");
const words = document.querySelector("[data-said]");
const { save, origin, failed } = frame.dataset;
let revision = Number(frame.dataset.revision || 0);
let latest = null;
let isSaving = false;

function send(cmi) {
  return fetch(save, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
      "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body: JSON.stringify({ revision, cmi }),
  });
}

// What is said while something is saved waits; only the last of it counts.
async function saveLatest() {
  if (isSaving) return;
  isSaving = true;
  while (latest) {
    const cmi = latest;
    latest = null;
    const answer = await send(cmi).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (answer?.ok) revision = said.revision;
    words.textContent = answer?.ok ? "" : said?.detail || failed;
    if (answer?.status === 409) return; // a later state is kept: this page saves nothing any more
    if (!answer?.ok) latest ||= cmi;
    if (!answer?.ok) await new Promise((resolve) => setTimeout(resolve, 5000));
  }
  isSaving = false;
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
