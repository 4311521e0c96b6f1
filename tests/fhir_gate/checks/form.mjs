// 7. What the format forbids: empty values, two values of one choice, times without a zone, extensions without meaning.
import { formatOf, treeOf } from "../standard/definitions.mjs";
import { places } from "../standard/walk.mjs";

export function form({ resource }) {
  return [...empties(resource, resource.resourceType), ...[...places(resource)].flatMap(formOf)];
}

/** A property is absent or has something in it. `null` holds a place in an array of primitives with extensions. */
function empties(value, at, inArray = false) {
  if (value === null) return inArray ? [] : [{ at, message: "null" }];
  if (value === "") return [{ at, message: "an empty string" }];
  if (typeof value !== "object") return [];
  const parts = Object.entries(value);
  if (parts.length === 0) return [{ at, message: Array.isArray(value) ? "an empty array" : "an empty object" }];
  return Array.isArray(value)
    ? parts.flatMap(([index, part]) => empties(part, `${at}[${index}]`, true))
    : parts
        .filter(([name]) => name !== "resource" && name !== "contained")
        .flatMap(([name, part]) => empties(part, `${at}.${name}`));
}

function formOf(place) {
  return [...choices(place), ...format(place), ...extension(place)];
}

function choices({ at, value, type, path }) {
  const children = childrenOf(type, path);
  if (!children || typeof value !== "object") return [];
  const given = new Map();
  for (const name of new Set(Object.keys(value).map((name) => name.replace(/^_/, "")))) {
    const choice = children.get(name)?.element.path;
    if (choice?.endsWith("[x]")) given.set(choice, [...(given.get(choice) ?? []), name]);
  }
  return [...given.values()]
    .filter((names) => names.length > 1)
    .map((names) => ({ at, message: `two values of one choice: ${names.join(", ")}` }));
}

/** Choices stand in a type's own tree, and in the backbone elements of a resource. */
function childrenOf(type, path) {
  const tree = treeOf(type?.code);
  if (tree && !["BackboneElement", "Element"].includes(type.code)) return tree.children;
  const steps = path.split(".").slice(1);
  return steps.reduce((at, name) => at?.children.get(name)?.element, treeOf(path.split(".")[0]))?.children;
}

/** HL7's own formats; those of the times ask for a zone. */
function format({ at, type, value }) {
  // R4 gives a resource's id the type of a string, and says elsewhere that it is an id.
  const name = /^[A-Za-z]+\.id$/.test(at) ? "id" : type?.code;
  return typeof value === "object" || formatOf(name).test(value)
    ? []
    : [{ at, message: `${JSON.stringify(value)} is no ${name}` }];
}

function extension({ at, type, value }) {
  if (type?.code !== "Extension") return [];
  const values = Object.keys(value).filter((name) => /^_?value[A-Z]/.test(name));
  const nested = Array.isArray(value.extension) && value.extension.length > 0;
  return [
    ...(typeof value.url === "string" && value.url !== "" ? [] : [{ at, message: "an extension without a url" }]),
    ...(values.length > 0 === nested
      ? [{ at, message: "an extension has a value or nested extensions, one of them" }]
      : []),
  ];
}
