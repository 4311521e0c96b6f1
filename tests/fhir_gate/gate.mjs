// The FHIR conformance gate: `node gate.mjs FOLDER [--whole]` checks what a server has answered,
// `node gate.mjs --trial` checks the gate. Exit status: 0 clean, 1 findings, 2 broken or nothing to check.
import { judged } from "./judgement.mjs";
import { told } from "./report.mjs";
import { documentsOf } from "./standard/documents.mjs";
import { trial } from "./trial/trial.mjs";

const CLEAN = 0;
const FINDINGS = 1;
const BROKEN = 2;

function main(words) {
  if (words[0] === "--trial") return trial() ? CLEAN : BROKEN;
  const [folder] = words.filter((word) => !word.startsWith("--"));
  if (!folder) throw new Error("which folder? node gate.mjs FOLDER [--whole]");
  const documents = documentsOf(folder);
  if (documents.length === 0) throw new Error(`no .json and no .ndjson in ${folder}: nothing was checked`);
  const { findings, types, resources } = judged(documents, { whole: words.includes("--whole") });
  console.log(told(findings));
  console.log(`${resources} resources of ${types.size} types, ${findings.length} findings`);
  return findings.length ? FINDINGS : CLEAN;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`The gate did not judge: ${error.stack}`);
  process.exitCode = BROKEN;
}
