// Watches checked against lists: whoever follows a watch holds what a list would say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtinKinds } from "@knots/api";
import type { WatchEvent } from "@knots/client";
import { isApiError, type KubeObject, type ObjectMeta } from "@knots/machinery";
import { createVirtualClock, seededRandom, settle } from "@knots/std";
import fc from "fast-check";
import { openTestStore } from "../../../../testkit/etcd/test-store.ts";
import type { ApiServerLimits } from "../options.ts";
import { createApiServer } from "../server.ts";
import { authenticated, MASTERS_GROUP } from "../user.ts";

const resource = { group: "", version: "v1", resource: "configmaps" };
const inDefault = { resource, namespace: "default" } as const;

async function start(limits: ApiServerLimits = {}) {
  const clock = createVirtualClock();
  const store = await openTestStore(clock);
  const server = await createApiServer({ store, clock, random: seededRandom(7), kinds: builtinKinds, limits });
  const transport = server.transport(authenticated("admin", [MASTERS_GROUP]));
  const stop = async (): Promise<void> => {
    await server.close();
    await store.close();
  };
  return { clock, store, server, transport, stop };
}

interface Step {
  readonly name: string;
  readonly act: "in" | "out" | "delete";
}

function metadataOf(event: WatchEvent): ObjectMeta {
  assert.ok(event.type !== "ERROR");
  return event.object.metadata;
}

/** Applies events to a copy; fails on an event that does not fit it. */
function follow(copy: Map<string, string>, event: WatchEvent): void {
  const { type } = event;
  const { name = "", resourceVersion = "" } = metadataOf(event);
  const present = copy.has(name);
  assert.equal(present, type !== "ADDED", `${type} of ${name}`);
  if (type === "DELETED") copy.delete(name);
  else copy.set(name, resourceVersion);
}

test("a selected watch from any list keeps a copy equal to the next list (WATCH-04, WATCH-08, WATCH-16)", async () => {
  const step = fc.record({
    name: fc.constantFrom("a", "b", "c"),
    act: fc.constantFrom<Step["act"][]>("in", "out", "delete"),
  });
  const run = async (before: readonly Step[], after: readonly Step[]): Promise<void> => {
    const { transport, stop } = await start();
    const options = { labelSelector: "side=in" };
    const apply = async ({ name, act }: Step): Promise<void> => {
      const object = { metadata: { name, labels: { side: act } } };
      try {
        if (act === "delete") await transport.request({ verb: "delete", ...inDefault, name });
        else await transport.request({ verb: "create", ...inDefault, object });
      } catch (error) {
        if (!isApiError(error, "AlreadyExists", "NotFound")) throw error;
        if (error.code === 409) await transport.request({ verb: "update", ...inDefault, name, object });
      }
    };
    const list = async () =>
      (await transport.request({ verb: "list", ...inDefault, options })) as KubeObject & {
        readonly items: readonly KubeObject[];
      };
    for (const one of before) await apply(one);
    const first = await list();
    const copy = new Map(first.items.map(({ metadata }) => [metadata.name ?? "", metadata.resourceVersion ?? ""]));
    const resourceVersion = first.metadata.resourceVersion ?? "";
    for (const one of after.slice(0, 2)) await apply(one);
    const abort = new AbortController();
    const events = await transport.watch(
      { verb: "watch", ...inDefault, options: { ...options, resourceVersion } },
      abort.signal,
    );
    for (const one of after.slice(2)) await apply(one);
    const last = await list();
    abort.abort();
    let seen = Number(resourceVersion);
    for await (const event of events) {
      const revision = Number(metadataOf(event).resourceVersion);
      assert.ok(revision > seen, "revisions grow");
      seen = revision;
      follow(copy, event);
    }
    assert.deepEqual(
      copy,
      new Map(last.items.map(({ metadata }) => [metadata.name ?? "", metadata.resourceVersion ?? ""])),
    );
    await stop();
  };
  const steps = fc.array(step, { maxLength: 12 });
  await fc.assert(fc.asyncProperty(steps, steps, run), { numRuns: 40 });
});

test("a watcher that does not read is ended at its limit, and what it was given is in order (WATCH-26)", async () => {
  const { transport, stop } = await start({ watchBuffer: 3 });
  const events = await transport.watch({ verb: "watch", ...inDefault, options: { resourceVersion: "" } });
  for (const name of ["a", "b", "c", "d", "e"])
    await transport.request({ verb: "create", ...inDefault, object: { metadata: { name } } });
  const seen: (string | undefined)[] = [];
  for await (const event of events) seen.push(metadataOf(event).name);
  assert.deepEqual(seen, ["a", "b", "c"]);
  await stop();
});

test("a watch from a version that the history has lost is expired (WATCH-05)", async () => {
  const { transport, stop } = await start({ history: 4 });
  for (let count = 0; count < 20; count++)
    await transport.request({ verb: "create", ...inDefault, object: { metadata: { generateName: "x-" } } });
  await settle();
  const watching = transport.watch({ verb: "watch", ...inDefault, options: { resourceVersion: "2" } });
  await assert.rejects(
    watching,
    (error) => isApiError(error, "Expired") && error.message.startsWith("too old resource version: 2 ("),
  );
  await stop();
});

test("bookmarks come once a minute, of the kind, with nothing but the version; a watch ends after its time (WATCH-12, WATCH-14)", async () => {
  const { transport, clock, stop } = await start();
  const options = { allowWatchBookmarks: true, timeoutSeconds: 150, fieldSelector: "metadata.name=none" };
  const events = await transport.watch({ verb: "watch", ...inDefault, options });
  const heard: WatchEvent[] = [];
  const reading = (async () => {
    for await (const event of events) heard.push(event);
  })();
  await clock.advance(61_000);
  const made = await transport.request({ verb: "create", ...inDefault, object: { metadata: { name: "a" } } });
  await clock.advance(90_000);
  await reading;
  assert.deepEqual(
    heard.map(({ type }) => type),
    ["BOOKMARK", "BOOKMARK"],
  );
  const { resourceVersion } = made.metadata;
  assert.deepEqual(heard[1]?.object, { kind: "ConfigMap", apiVersion: "v1", metadata: { resourceVersion } });
  await stop();
});
