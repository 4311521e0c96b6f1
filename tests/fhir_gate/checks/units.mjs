// 5. A code that claims to be of UCUM is one: `mm[Hg]` is, `mmHg` is not.
import { ucum } from "../standard/packages.mjs";
import { places } from "../standard/walk.mjs";

const UCUM = "http://unitsofmeasure.org";
const known = new Map();

export function units({ resource }) {
  return [...places(resource)]
    .filter(({ value }) => value?.system === UCUM && !isUnit(value.code))
    .map(({ at, value }) => ({ at, message: `${value.code ?? "no code"} is no unit of UCUM` }));
}

function isUnit(code) {
  if (typeof code !== "string" || code === "") return false;
  if (!known.has(code)) known.set(code, ucum.validateUnitString(code).status === "valid");
  return known.get(code);
}
