// What is checked: each resource of a document, and each that stands inside another one.

/**
 * @typedef {object} Subject
 * @property {object} resource
 * @property {object} root the resource that contains it, or itself
 * @property {object[]} beside the other resources of its Bundle, for references that only hold there
 * @property {string} where the document and the place in it
 */

/** Yields every Subject of a document, the Bundle before its entries and a resource before what it contains. */
export function* subjectsOf(resource, where, beside = []) {
  yield { resource, root: resource, beside, where };
  for (const [index, contained] of list(resource.contained).entries()) {
    yield { resource: contained, root: resource, beside, where: `${where} contained[${index}]` };
  }
  const entries = resource.resourceType === "Bundle" ? list(resource.entry) : list(resource.parameter);
  for (const [index, entry] of entries.entries()) {
    if (entry?.resource) yield* subjectsOf(entry.resource, `${where} entry[${index}]`, entries);
  }
}

function list(value) {
  return Array.isArray(value) ? value : [];
}
