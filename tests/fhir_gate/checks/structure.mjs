// 1. Structure, cardinality, unknown fields and formats: Medplum's validator over HL7's own definitions.
import { treeOf } from "../standard/definitions.mjs";
import { medplum, structureDefinition } from "../standard/packages.mjs";

const DATA_TYPES = [
  "Address Age Annotation Attachment BackboneElement CodeableConcept Coding ContactDetail ContactPoint",
  "Contributor Count DataRequirement Distance Dosage Duration Element ElementDefinition Expression Extension",
  "HumanName Identifier Meta Money Narrative ParameterDefinition Period Quantity Range Ratio Reference",
  "RelatedArtifact SampledData Signature Timing TriggerDefinition UsageContext base64Binary boolean canonical",
  "code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid",
  "xhtml Resource DomainResource",
].flatMap((line) => line.split(" "));

const indexed = new Set();

export function structure({ resource }) {
  if (!treeOf(resource.resourceType)) {
    return [{ at: resource.resourceType, message: "R4 has no such resource type" }];
  }
  for (const type of [...DATA_TYPES, ...typesWithin(resource)]) index(type);
  return issuesOf(resource)
    .filter(isTrue)
    .map(({ expression, details }) => ({
      at: expression?.[0] ?? resource.resourceType,
      message: details?.text ?? "the structure is wrong",
    }));
}

/** The validator also looks into the resources inside this one. */
function typesWithin(value) {
  if (value === null || typeof value !== "object") return [];
  const inside = Object.values(value).flatMap(typesWithin);
  return typeof value.resourceType === "string" ? [value.resourceType, ...inside] : inside;
}

function index(type) {
  if (indexed.has(type)) return;
  indexed.add(type);
  const definition = structureDefinition(type);
  if (definition) medplum.indexStructureDefinitionBundle([definition]);
}

function issuesOf(resource) {
  try {
    return medplum.validateResource(resource).filter(({ severity }) => severity === "error" || severity === "fatal");
  } catch (error) {
    if (!error.outcome) throw error;
    return error.outcome.issue;
  }
}

/** Invariants are the next check's: this validator misreads bdl-8 where an entry has no fullUrl. */
function isTrue({ code }) {
  return code !== "invariant";
}
