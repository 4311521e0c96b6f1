// The player of a package, on the content origin: the package finds its API here and the console hears what it says.
const { standard, launch, home } = JSON.parse(document.getElementById("said").textContent);
const isOld = standard === "scorm_1_2";
const settings = { autocommit: true, autocommitSeconds: 30, lmsCommitUrl: false, logLevel: 5 };
const api = isOld ? new window.Scorm12API(settings) : new window.Scorm2004API(settings);
window[isOld ? "API" : "API_1484_11"] = api;

const tell = (kind, cmi = {}) => parent.postMessage({ kind, cmi }, home);
const said = () => api.renderCMIToJSONObject().cmi;

// A package asks in `entry` whether it begins or goes on; nobody else tells it.
function begun(cmi) {
  const entry = Object.keys(cmi).length ? "resume" : "ab-initio";
  return isOld ? { ...cmi, core: { ...cmi.core, entry } } : { ...cmi, entry };
}

addEventListener("message", (event) => {
  if (event.source !== parent || event.origin !== home) return;
  api.loadFromJSON(begun(event.data.cmi), "cmi");
  document.querySelector("iframe").src = launch;
});
for (const name of ["LMSCommit", "LMSFinish", "Commit", "Terminate"]) api.on(name, () => tell("save", said()));
tell("ready");
