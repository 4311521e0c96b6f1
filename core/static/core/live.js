// The live region of the shell: what a screen reader should hear that the eye sees change.
const region = () => document.getElementById("live");

export function say(words) {
  const live = region();
  if (!live || !words) return;
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 60); // an emptied region repeats the same words
}
