// The official definitions as trees: for each type its elements, and for each element the JSON names it may have.
import { structureDefinition } from "./packages.mjs";

/**
 * @typedef {object} Element One element of a definition.
 * @property {string} path its path in the definition, such as `Observation.component.value[x]`
 * @property {object} definition the ElementDefinition of the snapshot
 * @property {Map<string, {element: Element, type: object}>} children by the name they have in JSON
 */

const trees = new Map();

/** The tree of a type or profile, or undefined where the standard has no such type. */
export function treeOf(id) {
  if (!trees.has(id)) {
    const definition = structureDefinition(id);
    trees.set(id, definition?.snapshot ? grown(definition) : undefined);
  }
  return trees.get(id);
}

function grown(definition) {
  const byId = new Map();
  for (const each of definition.snapshot.element) {
    // Slices restrict an element that is there already.
    if (each.id.includes(":")) continue;
    const element = { path: each.path, definition: each, children: new Map() };
    byId.set(each.id, element);
    const parent = byId.get(each.id.slice(0, each.id.lastIndexOf(".")));
    if (parent) hang(element, parent);
  }
  for (const element of byId.values()) follow(element, byId);
  return byId.get(definition.snapshot.element[0].id);
}

function hang(element, parent) {
  const name = element.path.slice(element.path.lastIndexOf(".") + 1);
  const types = element.definition.type ?? [];
  if (!name.endsWith("[x]")) {
    parent.children.set(name, { element, type: types[0] });
    return;
  }
  for (const type of types) {
    const code = type.code;
    parent.children.set(`${name.slice(0, -3)}${code[0].toUpperCase()}${code.slice(1)}`, { element, type });
  }
}

/** An element may say that its content is that of another one: `Bundle.entry.link` is made like `Bundle.link`. */
function follow(element, byId) {
  const reference = element.definition.contentReference;
  if (reference) element.children = byId.get(reference.slice(reference.indexOf("#") + 1)).children;
}

/** Whether a type has elements of its own, as opposed to the elements of the place where it stands. */
export function isDataType(code) {
  return code !== undefined && !code.startsWith("http") && !["BackboneElement", "Element"].includes(code);
}

const FORMAT = "http://hl7.org/fhir/StructureDefinition/regex";
const ANYTHING = /^/;
const formats = new Map();

/** What the text of a primitive type looks like. */
export function formatOf(code) {
  if (!formats.has(code)) {
    const regex = treeOf(code)
      ?.children.get("value")
      ?.type.extension?.find(({ url }) => url === FORMAT)?.valueString;
    formats.set(code, regex ? new RegExp(`^(?:${regex})$`) : ANYTHING);
  }
  return formats.get(code);
}
