// SCORM 1.2: keeps the step, and is completed after the last one.
const STEPS = ["打湿双手。", "抹上肥皂。", "搓手心、手背和指缝，二十秒。", "用清水冲净。", "用干净毛巾擦干。"];
const api = window.parent.API;
const shown = document.getElementById("step");
const button = document.getElementById("next");
api.LMSInitialize("");
let step = Number(api.LMSGetValue("cmi.core.lesson_location")) || 0;

function show() {
  const isLast = step >= STEPS.length - 1;
  shown.textContent = `${step + 1}. ${STEPS[Math.min(step, STEPS.length - 1)]}`;
  button.textContent = isLast ? "学完了" : "下一步";
}

button.addEventListener("click", () => {
  const isDone = step >= STEPS.length - 1;
  step = Math.min(step + 1, STEPS.length - 1);
  api.LMSSetValue("cmi.core.lesson_location", String(step));
  api.LMSSetValue("cmi.core.score.max", "100");
  api.LMSSetValue("cmi.core.score.raw", String(isDone ? 100 : step * 20));
  api.LMSSetValue("cmi.core.lesson_status", isDone ? "passed" : "incomplete");
  api.LMSCommit("");
  show();
});
show();
