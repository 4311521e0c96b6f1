// Codes tick what they name: as soon as some stand in the field, exactly those are ticked.
function tick({ target }) {
  const { ticks } = target.dataset;
  if (!ticks) return;
  const codes = new Set(target.value.toUpperCase().split(/\s+/).filter(Boolean));
  if (codes.size === 0) return;
  for (const box of target.form.querySelectorAll(`[type=checkbox][name="${ticks}"]`)) box.checked = codes.has(box.value);
}

export function tickWhatIsScanned() {
  document.addEventListener("input", tick);
}
