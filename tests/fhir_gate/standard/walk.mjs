// Every value of a resource beside its definition, in the order of the JSON.
import { isDataType, treeOf } from "./definitions.mjs";

/**
 * @typedef {object} Place
 * @property {string} at where in the resource, such as `Observation.component[0].valueQuantity`
 * @property {object} element the ElementDefinition of the place
 * @property {string} path its path in the definition, from which FHIRPath knows the type
 * @property {object} type the type that the value has here, as the ElementDefinition names it
 * @property {*} value
 */

/** Yields every Place of a resource along a definition, except those inside resources that it contains. */
export function* places(resource, id = resource.resourceType) {
  const tree = treeOf(id);
  if (!tree) return;
  const { definition, path } = tree;
  yield {
    at: resource.resourceType,
    element: definition,
    path,
    type: { code: resource.resourceType },
    value: resource,
  };
  yield* below(resource, tree, resource.resourceType);
}

function* below(value, tree, at) {
  for (const [name, part] of Object.entries(value)) {
    const child = tree.children.get(name);
    if (!child) continue;
    const many = Array.isArray(part);
    for (const [index, each] of (many ? part : [part]).entries()) {
      yield* one(each, child, many ? `${at}.${name}[${index}]` : `${at}.${name}`);
    }
  }
}

function* one(value, { element, type }, at) {
  if (value === null || value === undefined) return;
  yield { at, element: element.definition, path: element.path, type, value };
  // A resource inside is looked at on its own.
  if (typeof value !== "object" || type?.code === "Resource") return;
  const tree = isDataType(type?.code) ? treeOf(type.code) : element;
  if (tree) yield* below(value, tree, at);
}
