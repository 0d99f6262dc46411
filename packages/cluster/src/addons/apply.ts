// Brings the cluster's own objects to what they should be, at every start.
import type { Client } from "@knots/client";
import { applyMergePatch, type Json } from "@knots/machinery";
import { deepEqual } from "@knots/std";
import type { Addon } from "./objects.ts";

/** Creates the object, or changes the fields that differ; what others added to it stays. */
async function applyAddon(client: Client, { kind, object }: Addon): Promise<void> {
  const { namespace, name = "" } = object.metadata;
  const key = { name, ...(namespace && { namespace }) };
  const present = await client.find(kind, key);
  if (!present) {
    await client.create(kind, object);
    return;
  }
  const merged = applyMergePatch(present as unknown as Json, object as unknown as Json);
  if (deepEqual(merged, present)) return;
  await client.patch(kind, key, { type: "application/merge-patch+json", body: object as unknown as Json });
}

/** Applies objects in order. */
export async function applyAddons(client: Client, objects: readonly Addon[]): Promise<void> {
  for (const addon of objects) await applyAddon(client, addon);
}
