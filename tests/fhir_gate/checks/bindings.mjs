// 3. Every required binding against HL7's expansions.
import { contains } from "../standard/value_sets.mjs";
import { places } from "../standard/walk.mjs";

export function bindings({ resource }) {
  return [...places(resource)].flatMap(({ at, element, type, value }) => {
    const { strength, valueSet } = element.binding ?? {};
    if (strength !== "required") return [];
    return foreign(value, type?.code, valueSet).map((code) => ({ at, message: `${code} is not in ${valueSet}` }));
  });
}

/** The codes that are not in the value set; a concept needs one coding that is. */
function foreign(value, type, valueSet) {
  switch (type) {
    case "CodeableConcept": {
      const codings = value.coding ?? [];
      return codings.some((coding) => isIn(coding, valueSet)) ? [] : [codings.map(named).join(", ") || "text alone"];
    }
    case "Coding":
      return isIn(value, valueSet) ? [] : [named(value)];
    case "Quantity":
      return isIn(value, valueSet) ? [] : [named(value)];
    default:
      return contains(valueSet, value) ? [] : [JSON.stringify(value)];
  }
}

function isIn({ code, system }, valueSet) {
  return contains(valueSet, code, system ?? "");
}

function named({ system, code }) {
  return `${system ?? "no system"}|${code ?? "no code"}`;
}
