// Faults that servers make. Each is planted in a good resource, and the check that is named must find it.

/**
 * @typedef {object} Fault
 * @property {string} name
 * @property {string} from the good resource
 * @property {(resource: object) => void} plant
 * @property {string} check the check that finds it
 * @property {RegExp} says what it says
 */

function fault(name, from, check, says, plant) {
  return { name, from, check, says, plant };
}

const STATUSES = [
  fault("an underscore in a status", "task", "bindings", /in_progress/, (r) => (r.status = "in_progress")),
  fault("a status of R5", "encounter", "bindings", /completed/, (r) => (r.status = "completed")),
  fault("an intent of R5", "medication", "bindings", /draft-order/, (r) => (r.intent = "draft-order")),
  fault("a status in capitals", "slot", "bindings", /FREE/, (r) => (r.status = "FREE")),
  fault("a gender in Chinese", "patient", "bindings", /女/, (r) => (r.gender = "女")),
  fault(
    "a clinical status of no system",
    "condition",
    "bindings",
    /no system/,
    (r) => delete r.clinicalStatus.coding[0].system,
  ),
  fault(
    "a clinical status of text alone",
    "allergy",
    "bindings",
    /text alone/,
    (r) => (r.clinicalStatus = { text: "active" }),
  ),
  fault(
    "a status of a participant that does not exist",
    "appointment",
    "bindings",
    /yes/,
    (r) => (r.participant[0].status = "yes"),
  ),
  fault("an issue type that does not exist", "outcome", "bindings", /taken/, (r) => (r.issue[0].code = "taken")),
  fault("a wrong type of activity", "plan", "bindings", /Visit/, (r) => (r.activity[0].detail.kind = "Visit")),
];

const INVARIANTS = [
  fault("an appointment with a start and no end", "appointment", "invariants", /app-2/, (r) => delete r.end),
  fault(
    "a booked appointment without a time",
    "appointment",
    "invariants",
    /app-3/,
    (r) => (delete r.start, delete r.end),
  ),
  fault(
    "a reason for cancellation of what is booked",
    "appointment",
    "invariants",
    /app-4/,
    (r) => (r.cancelationReason = { text: "病了" }),
  ),
  fault("a participant who is nobody", "appointment", "invariants", /app-1/, (r) => delete r.participant[0].actor),
  fault(
    "a status of a condition that was an error",
    "condition",
    "invariants",
    /con-5/,
    (r) => (r.verificationStatus.coding[0].code = "entered-in-error"),
  ),
  fault(
    "a condition that is active and over",
    "condition",
    "invariants",
    /con-4/,
    (r) => (r.abatementDateTime = "2025-01"),
  ),
  fault("an allergy without a clinical status", "allergy", "invariants", /ait-1/, (r) => delete r.clinicalStatus),
  fault(
    "a status of an allergy that was an error",
    "allergy",
    "invariants",
    /ait-2/,
    (r) => (r.verificationStatus.coding[0].code = "entered-in-error"),
  ),
  fault(
    "a period that ends before it begins",
    "encounter",
    "invariants",
    /per-1/,
    (r) => (r.period.end = "2026-03-02T08:00:00+08:00"),
  ),
  fault(
    "a period inside a complex type",
    "patient",
    "invariants",
    /per-1/,
    (r) => (r.identifier[0].period = { start: "2026-02-01", end: "2026-01-01" }),
  ),
  fault(
    "a contact without name and phone",
    "patient",
    "invariants",
    /pat-1/,
    (r) => (r.contact[0] = { gender: "male" }),
  ),
  fault(
    "a value beside the reason for its absence",
    "glucose",
    "invariants",
    /obs-6/,
    (r) => (r.dataAbsentReason = { text: "unknown" }),
  ),
  fault(
    "a range of nothing",
    "glucose",
    "invariants",
    /obs-3/,
    (r) => (r.referenceRange = [{ type: { text: "normal" } }]),
  ),
  fault(
    "a value that repeats a component",
    "pressure",
    "invariants",
    /obs-7/,
    (r) => ((r.code.coding[0].code = "8480-6"), (r.valueString = "138")),
  ),
  fault("a target without a measure", "goal", "invariants", /gol-1/, (r) => delete r.target[0].measure),
  fault(
    "an activity twice said",
    "plan",
    "invariants",
    /cpl-3/,
    (r) => (r.activity[0].reference = { reference: "Task/t1" }),
  ),
  fault("a consent without a policy", "consent", "invariants", /ppc-1/, (r) => delete r.policyRule),
  fault("a code without a system", "glucose", "invariants", /qty-3/, (r) => delete r.valueQuantity.system),
  fault(
    "a period without a unit",
    "medication",
    "invariants",
    /tim-2/,
    (r) => delete r.dosageInstruction[0].timing.repeat.periodUnit,
  ),
  fault("a phone without a system", "patient", "invariants", /cpt-2/, (r) => delete r.telecom[0].system),
  fault("an organization without a name", "organization", "invariants", /org-1/, (r) => delete r.name),
  fault(
    "a total in a collection",
    "bundle",
    "invariants",
    /bdl-1/,
    (r) => ((r.type = "collection"), delete r.entry[0].search),
  ),
  fault("a version in a fullUrl", "bundle", "invariants", /bdl-8/, (r) => (r.entry[0].fullUrl += "/_history/1")),
  fault("one entry twice", "bundle", "invariants", /bdl-7/, (r) => r.entry.push(structuredClone(r.entry[0]))),
  fault(
    "a contained resource that nothing uses",
    "condition",
    "invariants",
    /dom-3/,
    (r) => (r.contained = [{ resourceType: "Practitioner", id: "x" }]),
  ),
  fault(
    "a reference to what is not contained",
    "condition",
    "invariants",
    /ref-1/,
    (r) => (r.asserter = { reference: "#nobody" }),
  ),
];

const STRUCTURES = [
  fault("an appointment without participants", "appointment", "structure", /participant/, (r) => delete r.participant),
  fault("an invented field", "patient", "structure", /village/, (r) => (r.village = "石桥村")),
  fault("an invented field of a part", "appointment", "structure", /seat/, (r) => (r.participant[0].seat = 3)),
  fault("one value where a list belongs", "patient", "structure", /name/, (r) => (r.name = r.name[0])),
  fault("a list where one value belongs", "slot", "structure", /status/, (r) => (r.status = ["free"])),
  fault("text where a number belongs", "glucose", "structure", /value/, (r) => (r.valueQuantity.value = "7.10")),
  fault("an observation without a code", "glucose", "structure", /code/, (r) => delete r.code),
  fault(
    "an entry of a Bundle with a fault",
    "bundle",
    "structure",
    /schedule/,
    (r) => delete r.entry[0].resource.schedule,
  ),
  fault("a type that R4 does not have", "task", "structure", /no such resource type/, (r) => (r.resourceType = "Todo")),
];

const OTHERS = [
  fault(
    "a patient who is a practitioner",
    "encounter",
    "references",
    /Practitioner stands/,
    (r) => (r.subject = { reference: "Practitioner/d1" }),
  ),
  fault(
    "a location that owns a task",
    "task",
    "references",
    /Location stands/,
    (r) => (r.owner = { reference: "Location/l1" }),
  ),
  fault(
    "a whole url of the wrong type",
    "slot",
    "references",
    /Patient stands/,
    (r) => (r.schedule.reference = "https://example.org/fhir/Patient/p1"),
  ),
  fault(
    "a reference whose type says otherwise",
    "condition",
    "references",
    /type says/,
    (r) => (r.subject = { ...r.subject, type: "Group" }),
  ),
  fault("mmHg", "pressure", "units", /mmHg/, (r) => (r.component[0].valueQuantity.code = "mmHg")),
  fault(
    "a unit in Chinese",
    "medication",
    "units",
    /片/,
    (r) => (r.dosageInstruction[0].doseAndRate[0].doseQuantity.code = "片"),
  ),
  fault("a pressure without its diastolic part", "pressure", "bloodPressure", /diastolic/, (r) => r.component.pop()),
  fault(
    "a pressure in kPa",
    "pressure",
    "bloodPressure",
    /mm\[Hg\]/,
    (r) => (r.component[1].valueQuantity.code = "kPa"),
  ),
  fault(
    "a part of a pressure without value or reason",
    "pressure",
    "bloodPressure",
    /systolic/,
    (r) => delete r.component[0].valueQuantity,
  ),
  fault("a time without a zone", "slot", "form", /instant/, (r) => (r.start = "2026-03-02T09:00:00")),
  fault(
    "a dateTime without a zone",
    "glucose",
    "form",
    /dateTime/,
    (r) => (r.effectiveDateTime = "2026-03-02T09:06:00"),
  ),
  fault("a dateTime without seconds", "appointment", "form", /dateTime/, (r) => (r.created = "2026-02-27T10:15+08:00")),
  fault("a date with a time", "patient", "form", /date/, (r) => (r.birthDate = "1958-04-12T00:00:00Z")),
  fault("an id with an underscore", "slot", "form", /is no id/, (r) => (r.id = "slot_1")),
  fault("a code with a space before it", "patient", "form", /is no code/, (r) => (r.language = " zh-CN")),
  fault("a url with a space", "bundle", "form", /is no uri/, (r) => (r.link[0].url = "https://example.org/a b")),
  fault("an empty array", "patient", "form", /empty array/, (r) => (r.photo = [])),
  fault("an empty object", "patient", "form", /empty object/, (r) => (r.maritalStatus = {})),
  fault("an empty string", "organization", "form", /empty string/, (r) => (r.name = "")),
  fault("null", "patient", "form", /null/, (r) => (r.birthDate = null)),
  fault("two values of one choice", "glucose", "form", /two values/, (r) => (r.valueString = "7.10")),
  fault("two kinds of death", "patient", "form", /two values/, (r) => (r.deceasedDateTime = "2026-01-01")),
  fault(
    "an extension without a url",
    "patient",
    "form",
    /without a url/,
    (r) => (r.extension = [{ valueString: "x" }]),
  ),
  fault(
    "an extension without a value",
    "patient",
    "form",
    /an extension has/,
    (r) => (r.extension = [{ url: "urn:x" }]),
  ),
  fault(
    "an extension with value and nested ones",
    "patient",
    "form",
    /an extension has/,
    (r) => (r.extension = [{ url: "urn:x", valueString: "x", extension: [{ url: "y", valueString: "y" }] }]),
  ),
  fault(
    "a vital sign of no category",
    "glucose",
    "profiles",
    /vital-signs/,
    (r) => (r.category[0].coding[0].code = "laboratory"),
  ),
  fault("a vital sign without value or reason", "glucose", "profiles", /vs-2/, (r) => delete r.valueQuantity),
  fault(
    "a profile that nobody checks",
    "patient",
    "profiles",
    /nobody checks/,
    (r) => (r.meta.profile = ["http://hl7.org/fhir/StructureDefinition/bodyweight"]),
  ),
  fault(
    "bp that is no blood pressure",
    "glucose",
    "profiles",
    /no blood pressure/,
    (r) => (r.meta.profile = ["http://hl7.org/fhir/StructureDefinition/bp"]),
  ),
];

/** @type {Fault[]} */
export const FAULTS = [...STATUSES, ...INVARIANTS, ...STRUCTURES, ...OTHERS];
