// The system's priority classes, which every cluster has.
import { SYSTEM_PRIORITIES } from "@knots/api";
import type { Transport } from "@knots/client";
import type { ResourceTable } from "../resources/table.ts";
import { ensure } from "./bootstrap.ts";

const CLASSES = { group: "scheduling.k8s.io", version: "v1", resource: "priorityclasses" };
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  "system-node-critical": "For pods of the system that their node cannot do without.",
  "system-cluster-critical": "For pods of the system that the cluster needs on some node.",
};

/** Creates the classes that are missing. */
export async function createPriorityClasses(transport: Transport, table: ResourceTable): Promise<void> {
  if (!table.find(CLASSES)) return;
  for (const [name, value] of Object.entries(SYSTEM_PRIORITIES)) {
    const object = { metadata: { name }, value, description: DESCRIPTIONS[name] ?? "" };
    await ensure(transport, CLASSES, object);
  }
}
