// CustomResourceDefinitions: remember in which versions objects were ever stored.
import type { AnyObject } from "../registry/objects.ts";
import type { Strategy } from "../registry/strategy.ts";

interface Version {
  readonly name: string;
  readonly storage?: boolean;
}
const versionsOf = (definition: AnyObject): readonly Version[] =>
  ((definition.spec ?? {}) as { readonly versions?: readonly Version[] }).versions ?? [];

/** Which names are free is not known yet. */
const NOT_ACCEPTED = { acceptedNames: { plural: "", kind: "" } };

/** The definition with its storage version among those that were stored; `status` is what it had before. */
function remembered(definition: AnyObject, status: object): AnyObject {
  const { storedVersions = [] } = status as { readonly storedVersions?: readonly string[] };
  const wanted = versionsOf(definition).filter(({ storage }) => storage);
  const added = wanted.map(({ name }) => name).filter((name) => !storedVersions.includes(name));
  return { ...definition, status: { ...status, storedVersions: [...storedVersions, ...added] } };
}

export const customResourceDefinitions: Strategy = {
  prepareCreate: (definition) => remembered(definition, NOT_ACCEPTED),
  prepareUpdate: (definition, old) => remembered(definition, old.status ?? {}),
};
