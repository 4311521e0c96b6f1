// A voice is recorded by the browser, at a rate that a slow line carries: a minute has 180 kB.
const RATE = 24_000;
const LONGEST = 60_000;
const KINDS = { "audio/webm;codecs=opus": "webm", "audio/ogg;codecs=opus": "ogg" };

export function recordVoices() {
  const kind = Object.keys(KINDS).find((each) => globalThis.MediaRecorder?.isTypeSupported(each));
  // Where there is no recorder, the file of the phone's own one is chosen.
  if (!kind || !navigator.mediaDevices) return;
  for (const input of document.querySelectorAll("[data-record]")) offer(input, kind);
}

function offer(input, kind) {
  const button = document.createElement("button");
  const words = document.createElement("output");
  button.type = "button";
  button.className = "button";
  button.textContent = input.dataset.start;
  input.after(button, words);
  let recorder = null;
  button.addEventListener("click", async () => {
    if (recorder) return recorder.stop();
    const sound = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } }).catch(() => null);
    words.textContent = sound ? "" : input.dataset.refused;
    if (!sound) return;
    recorder = listen(sound, kind, (file, seconds) => {
      recorder = null;
      button.textContent = input.dataset.start;
      words.textContent = input.dataset.recorded.replace("{n}", seconds);
      const files = new DataTransfer();
      files.items.add(file);
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    button.textContent = input.dataset.stop;
  });
}

function listen(sound, kind, done) {
  const recorder = new MediaRecorder(sound, { mimeType: kind, audioBitsPerSecond: RATE });
  const parts = [];
  const begun = performance.now();
  // The server refuses a minute and a moment.
  const end = setTimeout(() => recorder.stop(), LONGEST - 500);
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    clearTimeout(end);
    for (const track of sound.getTracks()) track.stop();
    const type = kind.split(";")[0];
    done(new File(parts, `voice.${KINDS[kind]}`, { type }), Math.round((performance.now() - begun) / 1000));
  });
  recorder.start();
  return recorder;
}
