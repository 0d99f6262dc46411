// Looking at pages after a switch: what is looked for, when it counts as seen, and what one look is.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { builtinKinds, LOOK_HEADER, Pod, Release, SERVED_BY_HEADER } from "@knots/api";
import { createClient, createFakeApi, createInformers } from "@knots/client";
import { createVirtualClock, formatMicroTime, seededRandom, settle, silentLogger } from "@knots/std";
import { aPod, NOON } from "../../../../testkit/objects.ts";
import { RELEASE_ANNOTATION } from "../sites/names.ts";
import { createLookAtPage } from "./look-at-page.node.ts";
import { unseen } from "./seen.ts";
import { runSeen } from "./seen-loop.ts";

const spec = {
  site: "one",
  number: 1,
  image: `registry.knots.internal/default/one@sha256:${"0".repeat(64)}`,
  routes: [{ host: "one.localhost", path: "/" }],
};
const time = (seconds: number): string => formatMicroTime(NOON + seconds * 1000);
const switched = {
  phase: "Active",
  switchedAt: time(0),
  steps: [{ name: "Switched", startedAt: time(0), finishedAt: time(0) }],
} as const;

async function stage() {
  const clock = createVirtualClock(NOON);
  const random = seededRandom(1);
  const client = createClient(createFakeApi({ kinds: builtinKinds, clock, random }).transport);
  const informers = createInformers({ client, clock, random, log: silentLogger });
  const asked: string[] = [];
  const answers: (string | undefined)[] = [];
  const lookAtPage = async ({ host, path }: { readonly host: string; readonly path: string }) => {
    asked.push(`${(clock.now() - NOON) / 1000} ${host}${path}`);
    return answers.length > 1 ? answers.shift() : answers[0];
  };
  const loop = runSeen({ client, informers, clock, log: silentLogger, lookAtPage });
  const quiet = async (): Promise<void> => {
    for (let round = 0; round < 20; round++) await settle();
  };
  const name = { namespace: "default", name: "one-1" };
  return {
    clock,
    asked,
    answers,
    async release() {
      const made = await client.create(Release, { metadata: name, spec });
      await client.updateStatus(Release, { ...made, status: switched });
      await quiet();
    },
    async pod(podName: string, release: string, podIP: string) {
      const { spec: podSpec } = aPod(podName);
      const annotations = { [RELEASE_ANNOTATION]: release };
      const made = await client.create(Pod, {
        metadata: { namespace: "default", name: podName, annotations },
        spec: podSpec,
      });
      await client.updateStatus(Pod, { ...made, status: { phase: "Running", podIP } });
    },
    async advance(seconds: number) {
      await clock.advance(seconds * 1000);
      await quiet();
    },
    steps: async () => (await client.get(Release, name)).status?.steps ?? [],
    async close() {
      await loop.close();
      await informers.close();
    },
  };
}

test("the page is looked at until a pod of the release answers; that is the last step, and nobody looks again", async () => {
  const place = await stage();
  const { clock, asked, answers } = place;
  await place.pod("old", "one-0", "10.244.0.2");
  await place.pod("new", "one-1", "10.244.0.3");
  answers.push(undefined, "10.244.0.2", "10.244.0.9", "10.244.0.3");
  await place.release();
  await place.advance(1);
  assert.deepEqual(asked, ["0 one.localhost/", "0.1 one.localhost/", "0.2 one.localhost/", "0.3 one.localhost/"]);
  assert.deepEqual((await place.steps()).at(-1), { name: "Seen", startedAt: time(0), finishedAt: time(0.3) });
  await place.advance(3600);
  assert.equal(asked.length, 4);
  await place.close();
  assert.equal(clock.nextAt(), undefined);
});

test("a page that nobody serves is looked at more and more seldom, and given up", async () => {
  const place = await stage();
  const { asked } = place;
  await place.release();
  await place.advance(30);
  const soon = asked.length;
  await place.advance(3600);
  assert.ok(soon >= 200 && asked.length - soon < 200, `${soon} and ${asked.length - soon} looks`);
  assert.deepEqual(
    (await place.steps()).map(({ name }) => name),
    ["Switched"],
  );
  await place.close();
});

test("releases that are not there to be seen", () => {
  const metadata = { name: "one-1", namespace: "default", uid: "u", resourceVersion: "1", creationTimestamp: time(0) };
  const of = (status: Release["status"], more: Partial<Release["spec"]> = {}): Release =>
    ({
      apiVersion: "delivery.knots.dev/v1alpha1",
      kind: "Release",
      metadata,
      spec: { ...spec, config: {}, ...more },
      status,
    }) as Release;
  assert.equal(unseen(of(switched), NOON)?.host, "one.localhost");
  for (const [what, release] of [
    ["one that rolls out", of({ ...switched, phase: "RollingOut" })],
    ["one that was seen", of({ ...switched, steps: [{ name: "Seen" }] })],
    ["one without a domain", of(switched, { routes: [] })],
    ["one that is leaving", { ...of(switched), metadata: { ...metadata, deletionTimestamp: time(1) } }],
  ] as const)
    assert.equal(unseen(release, NOON), undefined, what);
});

test("one look asks at the domain and hears who answered; an error page is no answer", async (t) => {
  let code = 200;
  const server = createServer(({ headers }, response) => {
    const by = headers[LOOK_HEADER] === "1" && headers.host === "one.localhost" ? "10.244.0.3" : "nobody";
    response.writeHead(code, { [SERVED_BY_HEADER]: by }).end("page");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const signal = new AbortController().signal;
  const page = { host: "one.localhost", path: "/" };
  assert.equal(await createLookAtPage(port)(page, signal), "10.244.0.3");
  code = 503;
  assert.equal(await createLookAtPage(port)(page, signal), undefined);
  assert.equal(await createLookAtPage(1)(page, signal), undefined);
});
