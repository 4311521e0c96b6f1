// The documents of a folder: `.json` holds one resource, `.ndjson` one in each line.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * @typedef {object} Document
 * @property {string} where the file below the folder, and the line where there are several
 * @property {string} folder the folder of its file, relative to the one that was named
 * @property {object} [resource] absent where the text is no JSON object with a resourceType
 */

/** Every Document below a folder, in the order of their names. The same text is read once. */
export function documentsOf(folder) {
  const names = readdirSync(folder, { recursive: true })
    .filter((name) => /\.(json|ndjson)$/.test(name))
    .sort();
  const seen = new Set();
  return names
    .flatMap((name) => documentsIn(join(folder, name), folder))
    .filter(({ where, text, folder: set }) => {
      const mark = `${set}\n${text}`;
      return where && !seen.has(mark) && seen.add(mark);
    });
}

function documentsIn(path, folder) {
  const name = relative(folder, path);
  const text = readFileSync(path, "utf8");
  const set = dirname(name);
  if (name.endsWith(".json")) return [{ where: name, folder: set, text, resource: parsed(text) }];
  const lines = text.split("\n").map((line, index) => ({ line, where: `${name}:${index + 1}` }));
  return lines
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, where }) => ({ where, folder: set, text: line, resource: parsed(line) }));
}

function parsed(text) {
  try {
    const read = JSON.parse(text);
    return typeof read?.resourceType === "string" ? read : undefined;
  } catch {
    return undefined;
  }
}
