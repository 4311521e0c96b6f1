// A device says every 15 seconds that it sees what it is to see, from a press on and while its page is open.
const LONGEST = 8000;

function send(address) {
  return fetch(address, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
      "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
    },
    body: "{}",
    signal: AbortSignal.timeout(LONGEST),
  });
}

export function beatFromHere() {
  const box = document.querySelector("[data-beat]");
  const { beat, clock, start, stop, up, silent } = box.dataset;
  const button = box.querySelector("button");
  const said = box.querySelector("output");
  const name = `beat ${beat}`;
  let worker = null;
  let awake = null;

  // No answer is a silence: the server ends the stretch, and the next answer begins a new one.
  async function report() {
    const answer = await send(beat).catch(() => null);
    if (!worker) return;
    const isRefused = answer !== null && answer.status < 500 && answer.status !== 429 && !answer.ok;
    if (isRefused) end();
    said.textContent = isRefused ? (await answer.json().catch(() => null))?.detail ?? silent : answer?.ok ? up : silent;
    if (worker && (!awake || awake.released)) awake = await navigator.wakeLock?.request("screen").catch(() => null);
  }

  function begin() {
    sessionStorage.setItem(name, "yes");
    button.firstElementChild.textContent = stop;
    worker = new Worker(clock);
    worker.onmessage = report;
    report();
  }

  function end() {
    sessionStorage.removeItem(name);
    button.firstElementChild.textContent = start;
    said.textContent = "";
    worker?.terminate();
    worker = null;
    awake?.release();
  }

  button.addEventListener("click", () => (worker ? end() : begin()));
  document.addEventListener("submit", (event) => {
    if (event.target.action.endsWith("/lose/")) end(); // whoever says that the link is lost is believed
  });
  box.hidden = false;
  if (sessionStorage.getItem(name)) begin();
}
