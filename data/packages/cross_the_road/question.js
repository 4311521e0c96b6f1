// SCORM 2004: one question, passed or failed.
const api = window.parent.API_1484_11;
api.Initialize("");
for (const button of document.querySelectorAll("button")) {
  button.addEventListener("click", () => {
    const isRight = button.dataset.score === "1";
    api.SetValue("cmi.score.scaled", button.dataset.score);
    api.SetValue("cmi.completion_status", "completed");
    api.SetValue("cmi.success_status", isRight ? "passed" : "failed");
    api.Commit("");
    document.getElementById("said").textContent = isRight ? "对！看清楚再过。" : "不对，再想想。";
  });
}
