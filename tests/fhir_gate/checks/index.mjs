// The checks of one resource, in the order in which their findings are told.
import { bindings } from "./bindings.mjs";
import { bloodPressure } from "./blood_pressure.mjs";
import { form } from "./form.mjs";
import { invariants } from "./invariants.mjs";
import { profiles } from "./profiles.mjs";
import { references } from "./references.mjs";
import { structure } from "./structure.mjs";
import { units } from "./units.mjs";

export const CHECKS = { structure, invariants, bindings, references, units, bloodPressure, form, profiles };

/** What one Subject is found to have wrong: the check, the place and the words. */
export function findingsOf(subject) {
  return Object.entries(CHECKS).flatMap(([check, run]) =>
    found(run, subject).map((finding) => ({ check, ...finding })),
  );
}

/** A resource that is made otherwise than any standard foresees may stop a check: that is a finding, too. */
function found(run, subject) {
  try {
    return run(subject);
  } catch (error) {
    return [{ at: subject.resource.resourceType, message: `cannot be checked: ${error.message}` }];
  }
}
