// The namespace controller: empties namespaces that are being deleted, by live lists, and then lets them go.
import { Namespace } from "@knots/api";
import { createWorkQueue, type RunningController, type WorkResult } from "@knots/client";
import { type AnyKind, isApiError } from "@knots/machinery";
import { deepEqual } from "@knots/std";
import { followKinds, isCollectable, type LoopOptions, runLoop } from "../shared/loop.ts";
import { type Contents, FINALIZER, type NamespacePlan, plan } from "./plan.ts";

/** Should a change go unseen, the namespace is looked at again after this many milliseconds. */
const LOOK_AGAIN = 15_000;
/** When the last pod has gone, the rest follows after this many milliseconds. */
const GO_ON = 50;

const failureText = (kind: AnyKind, error: unknown): string =>
  `unable to delete ${kind.plural}.${kind.group}: ${error instanceof Error ? error.message : String(error)}`;

async function contentsOf(
  { client }: LoopOptions,
  kinds: readonly AnyKind[],
  namespace: string,
): Promise<readonly Contents[]> {
  return Promise.all(
    kinds.map(async (kind): Promise<Contents> => ({ kind, items: (await client.list(kind, { namespace })).items })),
  );
}

/** Deletes all objects of the given kinds; answers what was refused. */
async function sweep(
  { client }: LoopOptions,
  kinds: readonly AnyKind[],
  namespace: string,
): Promise<readonly string[]> {
  const failures = await Promise.all(
    kinds.map(async (kind) => {
      try {
        await client.deleteCollection(kind, { namespace }, { propagationPolicy: "Background" });
        return undefined;
      } catch (error) {
        return isApiError(error, "NotFound", "MethodNotAllowed") ? undefined : failureText(kind, error);
      }
    }),
  );
  return failures.filter((failure) => failure !== undefined);
}

async function write({ client }: LoopOptions, namespace: Namespace, decided: NamespacePlan): Promise<void> {
  const shown = deepEqual(namespace.status, decided.status);
  const current = shown ? namespace : await client.updateStatus(Namespace, { ...namespace, status: decided.status });
  if (!decided.finished) return;
  const finalizers = (current.spec?.finalizers ?? []).filter((name) => name !== FINALIZER);
  await client.update(Namespace, { ...current, spec: { ...current.spec, finalizers } }, { subresource: "finalize" });
}

async function round(options: LoopOptions, key: string): Promise<WorkResult> {
  const { client, clock } = options;
  const namespace = await client.find(Namespace, { name: key });
  const waits = namespace?.spec?.finalizers?.includes(FINALIZER) ?? false;
  if (!namespace || namespace.metadata.deletionTimestamp === undefined || !waits) return {};
  const kinds = options.kinds().filter((kind) => kind.scope === "Namespaced" && isCollectable(kind));
  const before = plan({ namespace, contents: await contentsOf(options, kinds, key), failures: [] }, clock.now());
  const failures = await sweep(options, before.sweep, key);
  const contents = await contentsOf(options, kinds, key);
  const decided = plan({ namespace, contents, failures }, clock.now());
  await write(options, namespace, decided);
  const progress = before.sweep.length > 0 && decided.sweep.length > 0 && failures.length === 0;
  return decided.finished ? {} : { wakeAt: clock.now() + (progress ? GO_ON : LOOK_AGAIN), retry: failures.length > 0 };
}

/** Starts the loop. A namespace is looked at when it or something in it changes. */
export function runNamespaces(options: LoopOptions): RunningController {
  const { clock, log, informers } = options;
  const namespaces = informers.informer(Namespace);
  const queue = createWorkQueue({ clock, workers: 4, work: (key) => guarded(key) });
  const guarded = async (key: string): Promise<WorkResult> => {
    try {
      await follower.refresh();
      return await round(options, key);
    } catch (error) {
      if (isApiError(error, "Conflict", "NotFound")) return { retry: true };
      log.warn("namespace could not be emptied", { namespace: key, error });
      return { retry: true };
    }
  };
  const follower = followKinds(options, ({ kind, object, deleted }) => {
    const name = kind.kind === "Namespace" ? object.metadata.name : deleted ? object.metadata.namespace : undefined;
    const namespace = name && namespaces.get("", name);
    if (namespace && namespace.metadata.deletionTimestamp !== undefined) queue.add(namespace.metadata.name);
  });
  return runLoop("namespace", queue, { follower, log });
}
