// The codes of a value set, from HL7's own expansions.
import { valueSet } from "./packages.mjs";

const MIME_TYPES = "http://hl7.org/fhir/ValueSet/mimetypes";
const MIME_TYPE = /^[\w.+-]+\/[\w.+-]+(\s*;.*)?$/;
const known = new Map();

/** Whether a code is in a value set; `system` is undefined where the element alone says it. */
export function contains(canonical, code, system) {
  const url = canonical.split("|")[0];
  // All media types that exist: R4 gives a rule, and no list.
  if (url === MIME_TYPES) return MIME_TYPE.test(code);
  return codesOf(url).has(system === undefined ? code : `${system}|${code}`);
}

function codesOf(url) {
  if (!known.has(url)) {
    const contents = valueSet(url.slice(url.lastIndexOf("/") + 1))?.expansion?.contains;
    if (!contents) throw new Error(`the expansions hold no codes of ${url}`);
    known.set(url, new Set(contents.flatMap(listed)));
  }
  return known.get(url);
}

function listed({ code, system, contains: nested = [] }) {
  return [...(code ? [code, `${system}|${code}`] : []), ...nested.flatMap(listed)];
}
