// Names of images and pull policies.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Container } from "@knots/api";
import { createVirtualClock } from "@knots/std";
import { aPod } from "../../../../testkit/objects.ts";
import { createLimit } from "../pods/limit.ts";
import { createFakeRuntime } from "../runtime/fake.ts";
import { createImages } from "./images.ts";
import { fullImageName } from "./name.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const names: readonly (readonly [name: string, full: string | undefined])[] = [
  ["nginx", "docker.io/library/nginx:latest"],
  ["nginx:1.20.2", "docker.io/library/nginx:1.20.2"],
  ["team/app", "docker.io/team/app:latest"],
  ["localhost/app:1", "localhost/app:1"],
  ["127.0.0.1:5000/a/b:1", "127.0.0.1:5000/a/b:1"],
  [`registry.knots.internal/shop/site@${DIGEST}`, `registry.knots.internal/shop/site@${DIGEST}`],
  ["", undefined],
  ["Not A Name", undefined],
  ["UPPER/case", undefined],
  ["nginx:", undefined],
  ["nginx:a b", undefined],
  ["nginx@sha256:short", undefined],
  ["a//b", undefined],
];
for (const [name, full] of names)
  test(`${JSON.stringify(name)} is ${full ?? "no name"}`, () => assert.equal(fullImageName(name), full));

const BUSYBOX = "docker.io/library/busybox:1";
const policies: readonly (readonly [
  sentence: string,
  change: Partial<Container>,
  present: boolean,
  reachable: boolean,
  result: string,
])[] = [
  ["IfNotPresent takes what is there", { imagePullPolicy: "IfNotPresent" }, true, false, "ok, 0 pulls"],
  ["IfNotPresent pulls what is not", { imagePullPolicy: "IfNotPresent" }, false, true, "ok, 1 pulls"],
  ["Always asks the registry", { imagePullPolicy: "Always" }, true, true, "ok, 1 pulls"],
  [
    "Always fails without a registry, even with the image present",
    { imagePullPolicy: "Always" },
    true,
    false,
    "ErrImagePull, 1 pulls",
  ],
  ["Never takes what is there", { imagePullPolicy: "Never" }, true, false, "ok, 0 pulls"],
  ["Never does not pull", { imagePullPolicy: "Never" }, false, true, "ErrImageNeverPull, 0 pulls"],
  ["a fixed tag is pulled once when nothing is said", {}, true, true, "ok, 0 pulls"],
  ["a bad name is told at once", { image: "a b" }, false, true, "InvalidImageName, 0 pulls"],
];
for (const [sentence, change, present, reachable, result] of policies)
  test(sentence, async () => {
    const known = new Set([BUSYBOX]);
    const { runtime, calls } = createFakeRuntime({ clock: createVirtualClock(), images: known });
    if (present) await runtime.pullImage(BUSYBOX);
    if (!reachable) known.delete(BUSYBOX);
    const before = calls.length;
    const images = createImages({ runtime, events: () => {}, clock: createVirtualClock(), limit: createLimit(1) });
    const container = { name: "app", image: "busybox:1", ...change };
    const request = { pod: aPod("web"), container, sandbox: {}, signal: new AbortController().signal };
    const outcome = await images.ensure(request).then(
      () => "ok",
      (error: unknown) => (error as { reason?: string }).reason,
    );
    assert.equal(`${outcome}, ${calls.length - before} pulls`, result);
  });

test("equal pulls are one, and it goes on as long as somebody waits", async () => {
  const fake = createFakeRuntime({ clock: createVirtualClock(), images: new Set([BUSYBOX]) });
  const { runtime } = fake;
  const images = createImages({ runtime, events: () => {}, clock: createVirtualClock(), limit: createLimit(1) });
  const answer = fake.hold(`pull ${BUSYBOX}`);
  const ask = () =>
    images.ensure({
      pod: aPod("web"),
      container: { name: "app", image: "busybox:1", imagePullPolicy: "Always" },
      sandbox: {},
      signal: new AbortController().signal,
    });
  const both = Promise.all([ask(), ask()]);
  answer.resolve();
  await both;
  assert.equal(fake.calls.length, 1);
});
