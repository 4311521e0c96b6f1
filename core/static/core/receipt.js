// Printing a slip: the browser prints the paper in the page; then the form of the button notes that it was printed.
const GIVE_UP_AFTER = 4000; // some browsers print without saying when it is over; then the button is free again

export function print(button) {
  button.setAttribute("aria-busy", "true");
  const free = () => button.removeAttribute("aria-busy");
  addEventListener(
    "afterprint",
    () => {
      free();
      button.focus();
      button.form?.requestSubmit();
    },
    { once: true },
  );
  addEventListener("focus", () => setTimeout(free, 500), { once: true });
  // One frame, so that the busy word is seen before the browser's own window stops everything.
  requestAnimationFrame(() => setTimeout(() => {
    window.print();
    setTimeout(free, GIVE_UP_AFTER);
  }));
}
