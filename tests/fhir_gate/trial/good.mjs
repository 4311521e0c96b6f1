// Resources that must pass, made as our server makes them; the planted faults begin from these.
const meta = { versionId: "1", lastUpdated: "2026-03-01T08:00:00.000+08:00" };
const LOINC = "http://loinc.org";
const TERMINOLOGY = "http://terminology.hl7.org/CodeSystem";
const VITAL = [{ coding: [{ system: `${TERMINOLOGY}/observation-category`, code: "vital-signs" }] }];
const patient = { reference: "Patient/p1" };
const practitioner = { reference: "Practitioner/d1" };

function loinc(code, text) {
  return { coding: [{ system: LOINC, code }], text };
}

function concept(system, code) {
  return { coding: [{ system: `${TERMINOLOGY}/${system}`, code }] };
}

function quantity(value, unit) {
  return { value, unit, system: "http://unitsofmeasure.org", code: unit };
}

const slot = {
  resourceType: "Slot",
  id: "s1",
  meta,
  schedule: { reference: "Schedule/sc1" },
  status: "free",
  start: "2026-03-02T09:00:00+08:00",
  end: "2026-03-02T09:30:00+08:00",
};

export const GOOD = {
  patient: {
    resourceType: "Patient",
    id: "p1",
    meta,
    identifier: [{ use: "usual", system: "urn:example:residents", value: "R-100" }],
    active: true,
    name: [{ use: "official", text: "王秀英", family: "王", given: ["秀英"] }],
    telecom: [{ system: "phone", value: "+8613800000000", use: "mobile" }],
    gender: "female",
    birthDate: "1958-04-12",
    deceasedBoolean: false,
    contact: [{ name: { text: "王建国" }, telecom: [{ system: "phone", value: "+8613900000000" }] }],
    managingOrganization: { reference: "Organization/o1" },
  },
  organization: { resourceType: "Organization", id: "o1", meta, active: true, name: "县人民医院" },
  slot,
  schedule: {
    resourceType: "Schedule",
    id: "sc1",
    meta,
    active: true,
    actor: [practitioner, { reference: "Location/l1" }],
    planningHorizon: { start: "2026-03-01", end: "2026-03-31" },
  },
  appointment: {
    resourceType: "Appointment",
    id: "a1",
    meta,
    status: "booked",
    start: slot.start,
    end: slot.end,
    slot: [{ reference: "Slot/s1" }],
    created: "2026-02-27T10:15:00+08:00",
    participant: [
      { actor: patient, status: "accepted" },
      { actor: practitioner, required: "required", status: "accepted" },
    ],
  },
  encounter: {
    resourceType: "Encounter",
    id: "e1",
    meta,
    status: "finished",
    class: { system: `${TERMINOLOGY}/v3-ActCode`, code: "VR" },
    subject: patient,
    participant: [{ individual: practitioner }],
    period: { start: "2026-03-02T09:00:00+08:00", end: "2026-03-02T09:20:00+08:00" },
  },
  pressure: {
    resourceType: "Observation",
    id: "b1",
    meta: { ...meta, profile: ["http://hl7.org/fhir/StructureDefinition/bp"] },
    status: "final",
    category: VITAL,
    code: loinc("85354-9", "Blood pressure"),
    subject: patient,
    effectiveDateTime: "2026-03-02T09:05:00+08:00",
    performer: [practitioner],
    component: [
      { code: loinc("8480-6", "Systolic"), valueQuantity: quantity(138, "mm[Hg]") },
      { code: loinc("8462-4", "Diastolic"), valueQuantity: quantity(86, "mm[Hg]") },
    ],
  },
  mistake: {
    resourceType: "Observation",
    id: "b2",
    meta,
    status: "entered-in-error",
    code: loinc("85354-9"),
    subject: patient,
    effectiveDateTime: "2026-03-02T09:05:00+08:00",
  },
  glucose: {
    resourceType: "Observation",
    id: "g1",
    meta: { ...meta, profile: ["http://hl7.org/fhir/StructureDefinition/vitalsigns"] },
    status: "amended",
    category: VITAL,
    code: loinc("2339-0", "Glucose"),
    subject: patient,
    effectiveDateTime: "2026-03-02T09:06:00+08:00",
    valueQuantity: quantity(7.1, "mmol/L"),
    referenceRange: [{ low: quantity(3.9, "mmol/L"), high: quantity(6.1, "mmol/L") }],
  },
  condition: {
    resourceType: "Condition",
    id: "c1",
    meta,
    clinicalStatus: concept("condition-clinical", "active"),
    verificationStatus: concept("condition-ver-status", "confirmed"),
    code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10", code: "I10", display: "Essential hypertension" }] },
    subject: patient,
    onsetDateTime: "2021-05",
  },
  allergy: {
    resourceType: "AllergyIntolerance",
    id: "al1",
    meta,
    clinicalStatus: concept("allergyintolerance-clinical", "active"),
    verificationStatus: concept("allergyintolerance-verification", "confirmed"),
    criticality: "high",
    code: { text: "青霉素" },
    patient,
    reaction: [{ manifestation: [{ text: "皮疹" }], severity: "moderate" }],
  },
  medication: {
    resourceType: "MedicationRequest",
    id: "m1",
    meta,
    status: "active",
    intent: "order",
    medicationCodeableConcept: { text: "氨氯地平片 5 mg" },
    subject: patient,
    requester: practitioner,
    dosageInstruction: [
      {
        text: "每日一次",
        timing: { repeat: { frequency: 1, period: 1, periodUnit: "d" } },
        doseAndRate: [{ doseQuantity: quantity(5, "mg") }],
      },
    ],
  },
  plan: {
    resourceType: "CarePlan",
    id: "cp1",
    meta,
    status: "active",
    intent: "plan",
    subject: patient,
    goal: [{ reference: "Goal/go1" }],
    activity: [{ detail: { kind: "ServiceRequest", status: "scheduled", description: "随访" } }],
  },
  goal: {
    resourceType: "Goal",
    id: "go1",
    meta,
    lifecycleStatus: "active",
    description: { text: "收缩压低于 140" },
    subject: patient,
    target: [{ measure: loinc("8480-6"), detailQuantity: quantity(140, "mm[Hg]") }],
  },
  task: {
    resourceType: "Task",
    id: "t1",
    meta,
    status: "in-progress",
    intent: "order",
    for: patient,
    authoredOn: "2026-03-02T08:55:00+08:00",
    owner: practitioner,
  },
  communication: {
    resourceType: "Communication",
    id: "co1",
    meta,
    status: "completed",
    subject: patient,
    sent: "2026-03-02T09:10:00+08:00",
    sender: practitioner,
    payload: [{ contentString: "请按时服药。" }],
  },
  consent: {
    resourceType: "Consent",
    id: "cn1",
    meta,
    status: "active",
    scope: concept("consentscope", "patient-privacy"),
    category: [{ coding: [{ system: LOINC, code: "59284-0" }] }],
    patient,
    dateTime: "2026-01-05T14:00:00+08:00",
    policyRule: { text: "《个人信息保护法》" },
    provision: { type: "permit", period: { start: "2026-01-05", end: "2027-01-04" } },
  },
  audit: {
    resourceType: "AuditEvent",
    id: "au1",
    meta,
    type: { system: `${TERMINOLOGY}/audit-event-type`, code: "rest" },
    action: "R",
    recorded: "2026-03-02T09:00:01.250+08:00",
    outcome: "0",
    agent: [{ who: practitioner, requestor: true }],
    source: { observer: { reference: "Organization/o1" } },
    entity: [{ what: patient }],
  },
  bundle: {
    resourceType: "Bundle",
    type: "searchset",
    total: 1,
    link: [{ relation: "self", url: "https://example.org/api/v1/fhir/Slot?status=free" }],
    entry: [{ fullUrl: "https://example.org/api/v1/fhir/Slot/s1", resource: slot, search: { mode: "match" } }],
  },
  outcome: {
    resourceType: "OperationOutcome",
    issue: [{ severity: "error", code: "conflict", details: { text: "The slot is taken." } }],
  },
};
