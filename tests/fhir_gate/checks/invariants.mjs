// 2. Every invariant of severity error along the snapshot, also inside complex types, run by HL7's FHIRPath engine.
import { isDataType, treeOf } from "../standard/definitions.mjs";
import { fhirpath, r4Model } from "../standard/packages.mjs";
import { places } from "../standard/walk.mjs";

// ele-1 (no empty element) is the check of form. The engine throws on dom-3, which is written out below, and on eld-19,
// whose regular expression JavaScript refuses. ctm-1 (of CareTeam, which we do not serve) would ask the network.
const ELSEWHERE = new Set(["ele-1", "dom-3", "eld-19", "ctm-1"]);
const compiled = new Map();
const applying = new Map();

export function invariants({ resource, root }) {
  const environment = { resource, rootResource: root };
  const broken = [...places(resource)].flatMap((place) =>
    invariantsOf(place)
      .filter((invariant) => !holds(invariant, place, environment))
      .map(({ key, human }) => ({ at: place.at, message: `${key}: ${human}` })),
  );
  return [...broken, ...unusedContained(resource)];
}

/** Those of the place and those of the type that stands there. */
function invariantsOf({ element, type }) {
  const name = `${element.id} ${type?.code}`;
  if (!applying.has(name)) {
    const ofType = isDataType(type?.code) ? (treeOf(type.code)?.definition.constraint ?? []) : [];
    const all = new Map([...(element.constraint ?? []), ...ofType].map((each) => [each.key, each]));
    const errors = [...all.values()].filter(({ severity, expression }) => severity === "error" && expression);
    applying.set(
      name,
      errors.filter(({ key }) => !ELSEWHERE.has(key)),
    );
  }
  return applying.get(name);
}

/** Whether an invariant holds at a Place; what it does not apply to is empty, and holds. */
export function holds({ expression }, { path, value }, environment) {
  return quietly(() => expressionAt(path, expression)(value, environment)).every((each) => each === true);
}

function expressionAt(path, expression) {
  const name = `${path} ${expression}`;
  if (!compiled.has(name)) {
    const base = path.includes(".") ? { base: path, expression } : expression;
    compiled.set(name, fhirpath.compile(base, r4Model, { resolveInternalTypes: true }));
  }
  return compiled.get(name);
}

/** `trace()` inside an invariant writes to the console, which is for findings. */
function quietly(action) {
  const { log } = console;
  console.log = () => {};
  try {
    return action();
  } finally {
    console.log = log;
  }
}

/** dom-3: a contained resource is referred to from its container, or refers to it. */
function unusedContained(resource) {
  const contained = Array.isArray(resource.contained) ? resource.contained : [];
  const targets = new Set(contained.length ? strings(resource) : []);
  return contained
    .filter((each) => !targets.has(`#${each.id}`) && !strings(each).includes("#"))
    .map(({ id }) => ({ at: `${resource.resourceType}.contained`, message: `dom-3: nothing refers to #${id}` }));
}

function strings(value) {
  if (typeof value === "string") return value.startsWith("#") ? [value] : [];
  return value && typeof value === "object" ? Object.values(value).flatMap(strings) : [];
}
