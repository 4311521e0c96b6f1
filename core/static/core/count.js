// Adding up a count sheet while it is typed; the server counts again.
const written = (minor) => (minor / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function addUp(table) {
  let total = 0;
  for (const cell of table.querySelectorAll("[data-unit]")) {
    const typed = cell.closest("tr").querySelector("input").value.normalize("NFKC").trim();
    const sum = /^\d{1,7}$/.test(typed) ? Number(typed) * Number(cell.dataset.unit) : 0;
    cell.textContent = written(sum);
    total += sum;
  }
  const output = document.querySelector(".sum output");
  if (output) output.textContent = output.textContent.replace(/[\d,.]+/, written(total));
}

export function addUpCounts() {
  document.addEventListener("input", (event) => {
    const table = event.target.closest?.("[data-count]");
    if (table) addUp(table);
  });
}
