// Registers the node and keeps its status true: on every change, and every five minutes in any case.
import { Node, type NodeStatus } from "@knots/api";
import type { Client } from "@knots/client";
import { isApiError, type JsonObject } from "@knots/machinery";
import { type Clock, deepEqual, formatTime, type Logger, sleep } from "@knots/std";
import type { Runtime, RuntimeHealth, RuntimeVersion } from "../runtime/runtime.ts";
import { nodeFindings, stamped } from "./conditions.ts";
import { newNode, nodeFacts, nodeLabels } from "./node-object.ts";
import type { Machine, MachineReader, NodeOptions } from "./options.ts";

/** Milliseconds between looks, and between writes of a status that does not change. */
const LOOK_EVERY = 10_000;
const WRITE_EVERY = 300_000;
/** While the runtime or the server does not answer. */
const RETRY_AFTER = 500;

export interface NodeStatusOptions {
  readonly client: Client;
  readonly runtime: Runtime;
  readonly reader: MachineReader;
  readonly node: NodeOptions;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Told of the node whenever it was read or written. */
  readonly seen: (node: Node) => void;
}

interface Look {
  readonly machine: Machine;
  readonly version: RuntimeVersion | undefined;
  readonly health: RuntimeHealth | undefined;
  readonly status: NodeStatus;
}

async function look({ runtime, reader, node, clock }: NodeStatusOptions, before: Node | undefined): Promise<Look> {
  const [machine, load, health, version] = await Promise.all([
    reader.machine(),
    reader.load(),
    runtime.health().catch(() => undefined),
    runtime.version().catch(() => undefined),
  ]);
  const conditions = stamped(nodeFindings(load, health), before?.status?.conditions, formatTime(clock.now()));
  return { machine, version, health, status: { ...nodeFacts(node, machine, version), conditions } };
}

async function register({ client, node }: NodeStatusOptions, machine: Machine): Promise<Node> {
  const { name } = node;
  const present = await client.find(Node, { name });
  if (!present) return await client.create(Node, newNode(node, machine));
  const labels = nodeLabels(node, machine);
  const missing = Object.entries(labels).filter(([key, value]) => present.metadata.labels?.[key] !== value);
  if (missing.length === 0) return present;
  const body = { metadata: { labels: Object.fromEntries(missing) } };
  return await client.patch(Node, { name }, { type: "application/strategic-merge-patch+json", body });
}

/** The status without the times that tell nothing new. */
function meaning({ conditions = [], ...rest }: NodeStatus): object {
  return { ...rest, conditions: conditions.map(({ lastHeartbeatTime: _time, ...condition }) => condition) };
}

function ours({ status = {} }: Node, wanted: NodeStatus): NodeStatus {
  const types = new Set((wanted.conditions ?? []).map(({ type }) => type));
  const names = Object.keys(wanted) as (keyof NodeStatus)[];
  const same = Object.fromEntries(names.map((name) => [name, status[name]])) as NodeStatus;
  return { ...same, conditions: (status.conditions ?? []).filter(({ type }) => types.has(type)) };
}

async function write({ client, node }: NodeStatusOptions, status: NodeStatus): Promise<Node> {
  const addresses = [...(status.addresses ?? []), { $patch: "replace" }];
  const body = { status: { ...status, addresses } } as unknown as JsonObject;
  const patch = { type: "application/strategic-merge-patch+json", body } as const;
  return await client.patch(Node, { name: node.name }, patch, { subresource: "status" });
}

/** Runs until the signal aborts. */
export async function keepNodeStatus(options: NodeStatusOptions): Promise<void> {
  const { clock, log, signal, seen, client, node } = options;
  let known: Node | undefined;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  const round = async (): Promise<boolean> => {
    const { machine, status, health } = await look(options, known);
    known ??= await register(options, machine);
    const current = await client.get(Node, { name: node.name });
    const due = clock.now() - writtenAt >= WRITE_EVERY;
    if (due || !deepEqual(meaning(ours(current, status)), meaning(status))) {
      const since = stamped(status.conditions ?? [], current.status?.conditions, formatTime(clock.now()));
      known = await write(options, { ...status, conditions: since });
      writtenAt = clock.now();
    } else known = current;
    seen(known);
    return (health?.ready ?? false) && health?.networkReady === true;
  };
  while (!signal.aborted) {
    let settled = false;
    try {
      settled = await round();
      failures = 0;
    } catch (error) {
      if (isApiError(error, "NotFound")) known = undefined;
      failures++;
      if (failures === 3) log.warn("the status of the node cannot be written", { error });
    }
    await sleep(clock, settled ? LOOK_EVERY : RETRY_AFTER, signal).catch(() => {});
  }
}
