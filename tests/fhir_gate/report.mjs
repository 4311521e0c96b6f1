// Findings in words: what is wrong in the same way is told once, with where it was seen.
const SHOWN = 3;

export function told(findings) {
  const alike = new Map();
  for (const { check, at, message, where } of findings) {
    const name = `${check}: ${at.replace(/\[\d+\]/g, "[]")}: ${message}`;
    alike.set(name, [...(alike.get(name) ?? []), where]);
  }
  return [...alike].map(([name, places]) => [name, ...shown(places)].join("\n")).join("\n");
}

function shown(places) {
  const first = places.slice(0, SHOWN).map((place) => `    ${place}`);
  return places.length > SHOWN ? [...first, `    and ${places.length - SHOWN} more`] : first;
}
