// 8. Over a whole export: every relative reference points to a resource of the same export.
import { places } from "../standard/walk.mjs";

const RELATIVE = /^([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

/** Findings over the Subjects of one export. */
export function closed(subjects) {
  const present = new Set(subjects.map(({ resource }) => `${resource.resourceType}/${resource.id}`));
  return subjects.flatMap((subject) =>
    [...places(subject.resource)]
      .filter(({ type }) => type?.code === "Reference")
      .map(({ at, value }) => ({ at, target: RELATIVE.exec(value.reference ?? "")?.[1] }))
      .filter(({ target }) => target && !present.has(target))
      .map(({ at, target }) => ({ subject, at, message: `${target} is not in the export` })),
  );
}
