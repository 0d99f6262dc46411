// Invariants that hold when a cluster is at rest: nothing without its owner, nothing in a namespace that is gone.
import { Namespace } from "@knots/api";
import type { Client } from "@knots/client";
import type { AnyKind, KubeObject } from "@knots/machinery";
import type { Violation } from "./invariant.ts";

interface Stored {
  readonly kind: AnyKind;
  readonly object: KubeObject;
}
const nameOf = ({ kind, object }: Stored): string =>
  `${kind.kind} ${object.metadata.namespace ?? ""}/${object.metadata.name}`;

async function everything(client: Client, kinds: readonly AnyKind[]): Promise<readonly Stored[]> {
  const listable = kinds.filter(({ verbs }) => verbs.includes("list"));
  const lists = await Promise.all(
    listable.map(async (kind) => (await client.list(kind)).items.map((object: KubeObject) => ({ kind, object }))),
  );
  return lists.flat();
}

function orphans(all: readonly Stored[]): readonly Violation[] {
  const uids = new Set(all.map(({ object }) => object.metadata.uid));
  return all
    .filter(({ object }) => {
      const owners = object.metadata.ownerReferences ?? [];
      return owners.length > 0 && !owners.some(({ uid }) => uids.has(uid));
    })
    .map((stored) => ({ invariant: "I17", message: `${nameOf(stored)} has lost all its owners` }));
}

function homeless(all: readonly Stored[]): readonly Violation[] {
  const namespaces = new Set(all.filter(({ kind }) => kind === Namespace).map(({ object }) => object.metadata.name));
  return all
    .filter(({ object }) => object.metadata.namespace !== undefined && !namespaces.has(object.metadata.namespace))
    .map((stored) => ({ invariant: "I18", message: `${nameOf(stored)} is in a namespace that is gone` }));
}

/** Looks at everything that is stored, by live lists. */
export async function audit(client: Client, kinds: readonly AnyKind[]): Promise<readonly Violation[]> {
  const all = await everything(client, kinds);
  return [...orphans(all), ...homeless(all)];
}
