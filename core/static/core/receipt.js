// Printing a slip: the browser prints the paper in the page; the button says what happens and comes back.
import { say } from "./live.js";

export function print(button) {
  const again = document.querySelector("[data-printed]");
  button.setAttribute("aria-busy", "true");
  addEventListener(
    "afterprint",
    () => {
      button.removeAttribute("aria-busy");
      if (again) {
        again.hidden = false;
        say(again.textContent.trim());
      }
      button.focus();
    },
    { once: true },
  );
  // One frame, so that the busy word is seen before the browser's own window stops everything.
  requestAnimationFrame(() => setTimeout(() => window.print()));
}
