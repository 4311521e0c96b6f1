// The player of an H5P package, on the content origin: what the package reports by xAPI is told to the console in the
// words of SCORM 2004, with the state from which its learner goes on.
const { home } = JSON.parse(document.getElementById("said").textContent);
const stage = document.querySelector("[data-frame-js]");
const ID = "package";
const KEPT_EVERY = 30_000;
const FINAL = new Set(["completed", "answered"]);
let cmi = {};

const tell = (kind) => parent.postMessage({ kind, cmi }, home);

// Parts of a package report as well; only the whole has no parent.
function isWhole(statement) {
  return !statement.context?.contextActivities?.parent?.length;
}

function hear({ data: { statement } }) {
  const verb = statement.verb.id.split("/").pop();
  if (!FINAL.has(verb) || !isWhole(statement)) return;
  const { score, success, completion } = statement.result ?? {};
  const isPassed = success ? "passed" : "failed";
  cmi = {
    ...cmi,
    completion_status: completion === false ? "incomplete" : "completed",
    success_status: success === undefined ? "unknown" : isPassed,
    ...(score && { score }),
  };
  keep();
  tell("save");
}

function keep() {
  const shown = document.querySelector("iframe").contentWindow.H5P;
  const state = shown?.instances?.[0]?.getCurrentState?.();
  if (state === undefined) return false;
  const said = JSON.stringify(state);
  const isNew = said !== cmi.suspend_data;
  cmi.suspend_data = said;
  return isNew;
}

async function play() {
  await new window.H5PStandalone.H5P(stage, {
    id: ID,
    h5pJsonPath: new URL(".", location.href).href.slice(0, -1),
    frameJs: stage.dataset.frameJs,
    frameCss: stage.dataset.frameCss,
    icon: false,
    saveFreq: KEPT_EVERY / 1000,
    contentUserData: cmi.suspend_data ? [{ state: cmi.suspend_data }] : [],
  });
  window.H5P.externalDispatcher.on("xAPI", hear);
  setInterval(() => keep() && tell("save"), KEPT_EVERY);
}

addEventListener("message", (event) => {
  if (event.source !== parent || event.origin !== home) return;
  cmi = event.data.cmi;
  play();
});
tell("ready");
