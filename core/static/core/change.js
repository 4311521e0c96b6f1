// What goes back to the payer, while the cash received is typed; the server calculates again.
const number = (text) => Number(text.normalize("NFKC").replaceAll(",", "").trim());

function show(line, cash, price) {
  const due = line.dataset.change;
  const places = due.split(".")[1]?.length ?? 0;
  const change = number(cash.value) - number(due);
  const differs = price && price.type !== "hidden" && price.value !== price.defaultValue; // then the total is not known yet
  line.hidden = differs || !cash.value.trim() || !(change >= 0);
  const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
  line.querySelector("output").textContent = change.toLocaleString("en", digits);
}

export function showChange() {
  for (const line of document.querySelectorAll("[data-change]")) {
    const { cash_given: cash, amount } = line.closest("form").elements;
    const again = () => show(line, cash, amount);
    line.closest("form").addEventListener("input", again);
    again();
  }
}
