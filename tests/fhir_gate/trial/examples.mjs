// HL7's own examples of the types that we serve. Those with true defects are named with what is wrong in them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { EXAMPLES } from "../standard/packages.mjs";

const TYPES = new Set(
  [
    "Patient Practitioner PractitionerRole Organization Location HealthcareService Schedule Slot Appointment Encounter",
    "Observation Condition AllergyIntolerance MedicationRequest MedicationStatement ServiceRequest CarePlan Goal",
    "EpisodeOfCare DiagnosticReport Task Communication Consent AuditEvent Provenance Group OperationOutcome",
  ].flatMap((line) => line.split(" ")),
);

/** The example, and the check that must find its defect. */
export const DEFECTS = {
  // The picture has been cut off.
  "DiagnosticReport-gingival-mass": "structure",
  // A Practitioner dispenses, where only an Organization may.
  "MedicationRequest-medrx0301": "references",
  // An Encounter performs.
  "Observation-clinical-gender": "references",
  // Words that are no units: drop, mcg, ml/hr, mEq, ea.
  "MedicationRequest-medrx0304": "units",
  "MedicationRequest-medrx0314": "units",
  "MedicationRequest-medrx0319": "units",
  "MedicationRequest-medrx0322": "units",
  "MedicationRequest-medrx0325": "units",
  "MedicationRequest-medrx0326": "units",
  "MedicationRequest-medrx0328": "units",
  "MedicationRequest-medrx0329": "units",
  "MedicationRequest-medrx0334": "units",
  "MedicationRequest-medrx0335": "units",
  // The system of a unit, and no unit.
  "MedicationRequest-medrx0336": "units",
  "MedicationRequest-medrx0337": "units",
  "MedicationRequest-medrx0338": "units",
};

/** Name and resource of each example. */
export function examples() {
  return readdirSync(EXAMPLES)
    .filter((name) => name.endsWith(".json") && TYPES.has(name.split("-")[0]))
    .map((name) => ({ name: name.slice(0, -5), resource: JSON.parse(readFileSync(join(EXAMPLES, name), "utf8")) }));
}
