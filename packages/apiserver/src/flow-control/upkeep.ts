// Keeps the seeded flow schemas and priority levels there, and says of each schema whether its level exists.
import type { FlowSchema, PriorityLevelConfiguration } from "@knots/api";
import type { Transport } from "@knots/client";
import { isApiError, type KubeObject } from "@knots/machinery";
import { type Clock, deepEqual, formatTime, type Logger, sleep } from "@knots/std";
import type { ResourceTable } from "../resources/table.ts";
import { AUTOUPDATE, type Seed, seedLevels, seedSchemas } from "./seeds.ts";

const resource = (plural: string) => ({ group: "flowcontrol.apiserver.k8s.io", version: "v1", resource: plural });
const LEVELS = resource("prioritylevelconfigurations");
const SCHEMAS = resource("flowschemas");
/** Milliseconds between looks. */
const PERIOD = 60_000;
const MANAGER = "api-priority-and-fairness-config-producer-v1";
const CONSUMER = "api-priority-and-fairness-config-consumer-v1";

/** The API, as the server itself, and what it serves. */
interface Api {
  readonly transport: Transport;
  readonly table: ResourceTable;
}

export interface UpkeepOptions extends Api {
  readonly clock: Clock;
  readonly log: Logger;
}

type Resource = ReturnType<typeof resource>;
type WithSpec = KubeObject & { readonly spec?: object };

async function listed<T>({ transport }: Api, of: Resource): Promise<readonly T[]> {
  const { items } = (await transport.request({ verb: "list", resource: of })) as unknown as { items: readonly T[] };
  return items;
}

/** Another server may write the same at the same time: then the next look sees it. */
async function written(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!isApiError(error, "AlreadyExists") && !isApiError(error, "Conflict") && !isApiError(error, "NotFound"))
      throw error;
  });
}

/** Whether the fields of the seed have the seed's values; what the server fills in does not count. */
function isLike(found: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(found) && found.length === wanted.length && wanted.every((one, at) => isLike(found[at], one));
  if (typeof wanted !== "object" || wanted === null) return deepEqual(found, wanted);
  const own = (found ?? {}) as Record<string, unknown>;
  return Object.entries(wanted).every(([name, value]) => isLike(own[name], value));
}

async function ensureSeeds(options: Api, of: Resource, seeds: readonly Seed<object>[]): Promise<void> {
  const { transport } = options;
  const found = new Map((await listed<WithSpec>(options, of)).map((one) => [one.metadata.name, one]));
  for (const { name, spec, mandatory } of seeds) {
    const present = found.get(name);
    const request = { resource: of, options: { fieldManager: MANAGER } } as const;
    if (!present) {
      const metadata = { name, annotations: { [AUTOUPDATE]: "true" } };
      await written(transport.request({ verb: "create", ...request, object: { metadata, spec } as KubeObject }));
    } else if (!isLike(present.spec, spec) && (mandatory || present.metadata.annotations?.[AUTOUPDATE] === "true")) {
      const object = { ...present, spec } as KubeObject;
      await written(transport.request({ verb: "update", ...request, name, object }));
    }
  }
}

function danglingCondition(level: string, exists: boolean, now: number) {
  const subject = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`;
  return {
    type: "Dangling",
    status: exists ? "False" : "True",
    lastTransitionTime: formatTime(now),
    reason: exists ? "Found" : "NotFound",
    message: `${subject} ${exists ? "and it exists" : "but there is no such object"}`,
  };
}

async function tellDangling(options: UpkeepOptions): Promise<void> {
  const { transport, clock, table } = options;
  if (!table.find(SCHEMAS)) return;
  const levels = await listed<PriorityLevelConfiguration>(options, LEVELS);
  const names = new Set(levels.map(({ metadata }) => metadata.name));
  for (const schema of await listed<FlowSchema>(options, SCHEMAS)) {
    const { name } = schema.metadata;
    const level = schema.spec?.priorityLevelConfiguration.name ?? "";
    const wanted = danglingCondition(level, names.has(level), clock.now());
    const { status, message } = schema.status?.conditions?.find(({ type }) => type === "Dangling") ?? {};
    if (status === wanted.status && message === wanted.message) continue;
    const object = { ...schema, status: { ...schema.status, conditions: [wanted] } } as unknown as KubeObject;
    const request = { resource: SCHEMAS, subresource: "status", options: { fieldManager: CONSUMER } } as const;
    await written(transport.request({ verb: "update", ...request, name, object }));
  }
}

/** Brings the objects to their state once; changes nothing where they are. */
export async function writeFlowObjects(options: Api): Promise<void> {
  const { table } = options;
  if (!table.find(LEVELS) || !table.find(SCHEMAS)) return;
  await ensureSeeds(options, LEVELS, seedLevels);
  await ensureSeeds(options, SCHEMAS, seedSchemas);
}

/** Looks after objects that were written already, until closed. */
export function keepFlowObjects(options: UpkeepOptions): { close(): Promise<void> } {
  const { clock, log } = options;
  const stop = new AbortController();
  const failed = (error: unknown): void => log.warn("flow schemas were not brought up to date", { error });
  const run = async (): Promise<void> => {
    // The server wrote the objects at its start: only what is said of them is new.
    await tellDangling(options).catch(failed);
    for (;;) {
      await sleep(clock, PERIOD, stop.signal).catch(() => undefined);
      if (stop.signal.aborted) return;
      await writeFlowObjects(options)
        .then(() => tellDangling(options))
        .catch(failed);
    }
  };
  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}
