// Printing a slip: the browser prints the paper in the page; then the form of the button notes that it was printed.
export function print(button) {
  button.setAttribute("aria-busy", "true");
  addEventListener(
    "afterprint",
    () => {
      button.removeAttribute("aria-busy");
      button.focus();
      button.form?.requestSubmit();
    },
    { once: true },
  );
  // One frame, so that the busy word is seen before the browser's own window stops everything.
  requestAnimationFrame(() => setTimeout(() => window.print()));
}
