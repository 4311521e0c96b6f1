// All findings over the documents of a run: of each resource, of each export, and of the run as a whole.
import { closed } from "./checks/closed.mjs";
import { findingsOf } from "./checks/index.mjs";
import { subjectsOf } from "./standard/subjects.mjs";

/** The NDJSON files of a folder whose name begins so are one whole export. */
const EXPORT = /(^|\/)export[^/]*$/;

export function judged(documents, { whole }) {
  const read = documents.filter(({ resource }) => resource);
  const subjects = read.flatMap(({ resource, where, folder }) =>
    [...subjectsOf(resource, where)].map((subject) => ({ ...subject, folder })),
  );
  const types = new Set(subjects.map(({ resource }) => resource.resourceType));
  const findings = [
    ...documents.filter(({ resource }) => !resource).map(({ where }) => unread(where)),
    ...subjects.flatMap((subject) => findingsOf(subject).map((finding) => placed(finding, subject))),
    ...exportsOf(subjects).flatMap((those) =>
      closed(those).map(({ subject, ...rest }) => placed({ check: "closed", ...rest }, subject)),
    ),
    ...(whole ? missing(read, types) : []),
  ];
  return { findings, types, resources: subjects.length };
}

function unread(where) {
  return { check: "document", type: "", where, at: "", message: "no resource in JSON" };
}

function placed(finding, { resource, where }) {
  return { ...finding, type: resource.resourceType, where: `${where} ${resource.resourceType}/${resource.id ?? "?"}` };
}

function exportsOf(subjects) {
  const folders = new Set(subjects.map(({ folder }) => folder).filter((folder) => EXPORT.test(folder)));
  return [...folders].map((name) => subjects.filter(({ folder }) => folder === name));
}

/** A whole run shows every type that the server says it has. */
function missing(read, types) {
  const statements = read.filter(({ resource }) => resource.resourceType === "CapabilityStatement");
  const promised = statements.flatMap(({ resource }) => resource.rest ?? []).flatMap((rest) => rest.resource ?? []);
  if (promised.length === 0) {
    return [{ check: "whole", type: "", where: "the run", at: "", message: "no CapabilityStatement was answered" }];
  }
  return [...new Set(promised.map(({ type }) => type))]
    .filter((type) => !types.has(type))
    .map((type) => ({
      check: "whole",
      type,
      where: "the run",
      at: type,
      message: `no ${type} was answered in any test`,
    }));
}
