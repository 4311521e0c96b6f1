// The gate checks itself: each planted fault is found, what is good passes, and HL7's examples are judged rightly.
import { closed } from "../checks/closed.mjs";
import { findingsOf } from "../checks/index.mjs";
import { subjectsOf } from "../standard/subjects.mjs";
import { DEFECTS, examples } from "./examples.mjs";
import { FAULTS } from "./faults.mjs";
import { GOOD } from "./good.mjs";

/** Prints what went wrong and a line of sums; whether the gate can be believed. */
export function trial() {
  const shown = examples();
  const wrong = [
    ...Object.keys(GOOD).flatMap(refused),
    ...FAULTS.flatMap(overlooked),
    ...shown.flatMap(misjudged),
    ...open(),
  ];
  for (const line of wrong) console.log(line);
  console.log(
    `${FAULTS.length} faults, ${Object.keys(GOOD).length} good, ${shown.length} examples: ${wrong.length} wrong`,
  );
  return wrong.length === 0;
}

function found(resource, name) {
  return [...subjectsOf(resource, name)].flatMap(findingsOf);
}

function refused(name) {
  return found(GOOD[name], name).map(({ check, at, message }) => `good ${name} is refused: ${check} ${at} ${message}`);
}

function overlooked({ name, from, plant, check, says }) {
  const resource = structuredClone(GOOD[from]);
  plant(resource);
  const findings = found(resource, from);
  const isFound = findings.some((each) => each.check === check && says.test(`${each.at} ${each.message}`));
  return isFound
    ? []
    : [`${name} is overlooked by ${check}; found: ${findings.map((each) => each.message).join("; ") || "nothing"}`];
}

function misjudged({ name, resource }) {
  const checks = new Set(found(resource, name).map(({ check }) => check));
  const expected = DEFECTS[name];
  if (expected) return checks.has(expected) ? [] : [`${name} has a defect, which ${expected} overlooks`];
  return [...checks].map((check) => `HL7's ${name} is refused by ${check}`);
}

/** An export is closed, or it is not. */
function open() {
  const whole = ["patient", "organization", "condition"].flatMap((name) => [...subjectsOf(GOOD[name], name)]);
  const parts = whole.slice(0, 1);
  return [
    ...closed(whole).map(({ message }) => `a closed export is refused: ${message}`),
    ...(closed(parts).some(({ message }) => message.includes("Organization/o1"))
      ? []
      : ["an open export is overlooked"]),
  ];
}
