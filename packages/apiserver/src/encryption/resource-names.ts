// Resources as an EncryptionConfiguration names them: `secrets`, `deployments.apps`, `*.apps`, `*.`, `*.*`.

/** A resource or a pattern of resources; `*` stands for all. The core group is empty. */
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

/** What comes after the first dot is the group. */
export function parseGroupResource(text: string): GroupResource {
  const dot = text.indexOf(".");
  return dot < 0 ? { resource: text, group: "" } : { resource: text.slice(0, dot), group: text.slice(dot + 1) };
}

/** As it would be written: the core group's pattern keeps its dot. */
export const groupResourceText = ({ resource, group }: GroupResource): string =>
  group === "" && resource !== "*" ? resource : `${resource}.${group}`;

export const sameResource = (a: GroupResource, b: GroupResource): boolean =>
  a.group === b.group && a.resource === b.resource;

/** Patterns that cover a resource, the nearest first; the last one covers everything. */
export const coveringPatterns = ({ group }: GroupResource): readonly GroupResource[] => [
  { group, resource: "*" },
  { group: "*", resource: "*" },
];
