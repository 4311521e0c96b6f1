// A profile is claimed only where it is checked: HL7's vital signs and blood pressure, and those that we serve.
import { places } from "../standard/walk.mjs";
import { holds } from "./invariants.mjs";

const HL7 = "http://hl7.org/fhir/StructureDefinition/";
const CHECKED = [`${HL7}vitalsigns`, `${HL7}bp`];
const CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";

export function profiles({ resource }) {
  const claimed = resource.meta?.profile ?? [];
  return [
    ...claimed
      .filter((url) => url.startsWith(HL7) && !CHECKED.includes(url))
      .map((url) => ({
        at: `${resource.resourceType}.meta.profile`,
        message: `${url} is claimed, and nobody checks it`,
      })),
    ...(CHECKED.some((url) => claimed.includes(url)) ? [...required(resource), ...rules(resource)] : []),
    ...(claimed.includes(`${HL7}bp`) && !isPanel(resource)
      ? [{ at: "Observation.code", message: "bp is claimed by what is no blood pressure (85354-9)" }]
      : []),
  ];
}

/** What a vital sign has and another observation need not have. */
function required(resource) {
  return [
    [hasCategory(resource), "category", "no category vital-signs"],
    [resource.subject, "subject", "no subject"],
    [resource.effectiveDateTime ?? resource.effectivePeriod, "effective[x]", "neither a time nor a period"],
  ]
    .filter(([present]) => !present)
    .map(([, name, message]) => ({ at: `Observation.${name}`, message }));
}

/** The invariants that the profile adds: vs-1, vs-2, vs-3. */
function rules(resource) {
  return [...places(resource, "vitalsigns")].flatMap((place) =>
    (place.element.constraint ?? [])
      .filter((each) => each.key.startsWith("vs-") && !holds(each, place, { resource }))
      .map(({ key, human }) => ({ at: place.at, message: `${key}: ${human}` })),
  );
}

function hasCategory({ category = [] }) {
  return category.some(({ coding = [] }) =>
    coding.some(({ system, code }) => system === CATEGORY && code === "vital-signs"),
  );
}

function isPanel({ code }) {
  return (code?.coding ?? []).some((coding) => coding.code === "85354-9");
}
