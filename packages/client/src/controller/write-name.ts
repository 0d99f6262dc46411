// Names of generated objects, chosen by the writer, so that a create whose outcome is unknown can be repeated safely.
import type { KubeObject } from "@knots/machinery";
import { nameSuffix, type Random } from "@knots/std";
import type { Write } from "./plan.ts";

/** Longest prefix that leaves room for the suffix, as upstream's name generator. */
const LONGEST_PREFIX = 58;

/** Whether a name is one that an earlier create may already have used. */
export interface ChosenName {
  readonly name: string;
  readonly again: boolean;
}

/** Chooses names; those of `unknown` creates are used up before new ones are made. */
export interface NameChooser {
  choose(write: Write & { readonly verb: "create" }): ChosenName;
}

const familyOf = ({ kind, object }: Write): string =>
  JSON.stringify([kind.group, kind.plural, object.metadata.namespace, object.metadata.generateName]);

/**
 * Takes over the names of creates that may still take effect: a late one then meets its own name taken, and there is
 * no second object.
 */
export function createNameChooser(unknown: readonly Write[], random: Random): NameChooser {
  const spare = new Map<string, string[]>();
  for (const write of unknown) {
    const { name, generateName } = write.object.metadata;
    if (write.verb !== "create" || !name || !generateName) continue;
    const family = familyOf(write);
    spare.set(family, [...(spare.get(family) ?? []), name]);
  }
  return {
    choose(write) {
      const { name, generateName = "" } = write.object.metadata;
      if (name) return { name, again: false };
      const old = spare.get(familyOf(write))?.pop();
      if (old !== undefined) return { name: old, again: true };
      return { name: `${generateName.slice(0, LONGEST_PREFIX)}${nameSuffix(random)}`, again: false };
    },
  };
}

/** The write with its name in place. */
export function withName(write: Write, name: string): Write {
  const object: KubeObject = { ...write.object, metadata: { ...write.object.metadata, name } };
  return { ...write, object };
}
