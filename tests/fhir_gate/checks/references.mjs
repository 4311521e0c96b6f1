// 4. A reference points to a type that the element allows.
import { places } from "../standard/walk.mjs";

const RESOURCE_URL = /^(?:.*\/)?([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

export function references({ resource, root, beside }) {
  return [...places(resource)]
    .filter(({ type }) => type?.code === "Reference")
    .flatMap(({ at, type, value }) => {
      const allowed = (type.targetProfile ?? []).map((profile) => profile.slice(profile.lastIndexOf("/") + 1));
      const target = typeOf(value, root, beside);
      if (target === null) return [{ at, message: `${value.reference} names nothing that is here` }];
      if (value.type && target && value.type !== target) {
        return [{ at, message: `type says ${value.type}, the reference ${target}` }];
      }
      return target === undefined || allowed.length === 0 || allowed.includes("Resource") || allowed.includes(target)
        ? []
        : [{ at, message: `a ${target} stands where only ${allowed.join(", ")} may` }];
    });
}

/** The type that is pointed to: undefined where it cannot be known, null where the target must be here and is not. */
function typeOf({ reference, type }, root, beside) {
  if (typeof reference !== "string") return type;
  if (reference === "#") return root.resourceType;
  if (reference.startsWith("#")) {
    return root.contained?.find(({ id }) => id === reference.slice(1))?.resourceType ?? null;
  }
  if (reference.startsWith("urn:")) {
    return beside.find(({ fullUrl }) => fullUrl === reference)?.resource?.resourceType ?? type;
  }
  return RESOURCE_URL.exec(reference)?.[1] ?? type;
}
