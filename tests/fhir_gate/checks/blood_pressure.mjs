// 6. A blood pressure has its systolic and its diastolic component, each with a value in mm[Hg] or the reason why not.
const PANEL = "85354-9";
const PARTS = { "8480-6": "systolic", "8462-4": "diastolic" };
const LOINC = "http://loinc.org";
const UCUM = "http://unitsofmeasure.org";

export function bloodPressure({ resource }) {
  // What was entered in error says that, and need not say what it was.
  if (resource.resourceType !== "Observation" || resource.status === "entered-in-error") return [];
  if (!hasCode(resource, PANEL)) return [];
  return Object.entries(PARTS).flatMap(([code, name]) => {
    const part = (resource.component ?? []).find((component) => hasCode(component, code));
    if (!part) return [{ at: "Observation.component", message: `no ${name} component (${code})` }];
    return isMeasured(part) || part.dataAbsentReason
      ? []
      : [{ at: "Observation.component", message: `the ${name} component has no value in mm[Hg], nor a reason why` }];
  });
}

function hasCode({ code }, wanted) {
  return (code?.coding ?? []).some((coding) => coding.system === LOINC && coding.code === wanted);
}

function isMeasured({ valueQuantity: quantity }) {
  return typeof quantity?.value === "number" && quantity.system === UCUM && quantity.code === "mm[Hg]";
}
