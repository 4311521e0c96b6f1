// The pinned packages: they are installed outside the checkout, in the folder that FHIR_GATE_PACKAGES names.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = process.env.FHIR_GATE_PACKAGES ?? import.meta.dirname;
const load = createRequire(join(folder, "package.json"));

export const medplum = load("@medplum/core");
export const fhirpath = load("fhirpath");
export const r4Model = load("fhirpath/fhir-context/r4");
export const ucum = load("@lhncbc/ucum-lhc").UcumLhcUtils.getInstance();

const DEFINITIONS = "hl7.fhir.r4.examples";
const EXPANSIONS = "hl7.fhir.r4.expansions";

function read(packageName, name) {
  const path = join(folder, "node_modules", packageName, `${name}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

/** HL7's own StructureDefinition of a type or profile, with its snapshot; undefined where R4 has none. */
export function structureDefinition(id) {
  return read(DEFINITIONS, `StructureDefinition-${id}`);
}

/** HL7's own value set with its expansion; undefined where R4 has none. */
export function valueSet(id) {
  return read(EXPANSIONS, `ValueSet-${id}`);
}

/** The folder of HL7's own examples. */
export const EXAMPLES = join(folder, "node_modules", DEFINITIONS);
