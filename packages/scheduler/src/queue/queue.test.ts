// The queue: who comes first, who waits for what, as rows in virtual time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "@knots/std";
import { aPod } from "../../../../testkit/objects.ts";
import { nodeResourcesFit } from "../plugins/node-resources-fit.ts";
import { taintToleration } from "../plugins/taint-toleration.ts";
import { podInfoOf } from "../snapshot/pod-info.ts";
import { createQueue, type Queue, type Waiting } from "./queue.ts";

const pod = (name: string, priority = 0) => podInfoOf(aPod(name, { spec: { priority } }));
const plugins = [nodeResourcesFit, taintToleration];

function start() {
  const clock = createVirtualClock();
  const wakes = { count: 0 };
  const queue = createQueue({ clock, plugins, wake: () => void wakes.count++ });
  return { clock, queue, wakes };
}
function next(queue: Queue): Waiting {
  const waiting = queue.pop();
  assert.ok(waiting);
  return waiting;
}
const names = (queue: Queue): readonly string[] => {
  const all: string[] = [];
  for (let each = queue.pop(); each; each = queue.pop()) all.push(each.pod.pod.metadata.name);
  return all;
};

test("higher priority first, then the one that waits longest", async () => {
  const { clock, queue } = start();
  queue.add(pod("low"));
  await clock.advance(1);
  queue.add(pod("later", 5));
  queue.add(pod("high", 10));
  assert.deepEqual(names(queue), ["high", "later", "low"]);
});

test("a hopeless pod comes back when an event helps its plugin, after its back-off", async () => {
  const { clock, queue } = start();
  queue.add(pod("a"));
  queue.failed(next(queue), new Set(["NodeResourcesFit"]));
  queue.notice({ type: "pod-placed", pod: pod("x") });
  await clock.advance(2000);
  assert.deepEqual(names(queue), [], "a pod that arrives makes no room");
  queue.notice({ type: "pod-gone", pod: pod("x") });
  assert.deepEqual(names(queue), ["a"], "one that leaves does; the first back-off of one second is over");
});

test("the back-off doubles up to ten seconds", async () => {
  const { clock, queue } = start();
  queue.add(pod("a"));
  for (const seconds of [1, 2, 4, 8, 10, 10]) {
    queue.retry(next(queue));
    await clock.advance(seconds * 1000 - 1);
    assert.equal(queue.pop(), undefined, `not before ${seconds} s`);
    await clock.advance(1);
  }
  assert.deepEqual(names(queue), ["a"]);
});

test("events of plugins that had no objection do not bring a pod back", () => {
  const { queue } = start();
  queue.add(pod("a"));
  queue.failed(next(queue), new Set(["TaintToleration"]));
  queue.notice({ type: "pod-gone", pod: pod("x") });
  assert.equal(queue.pop(), undefined);
});

test("without any event a pod is tried again after five minutes", async () => {
  const { clock, queue, wakes } = start();
  queue.add(pod("a"));
  queue.failed(next(queue), new Set(["TaintToleration"]));
  await clock.advance(5 * 60_000 - 1);
  assert.deepEqual([queue.pop(), wakes.count], [undefined, 1]);
  await clock.advance(1);
  assert.equal(wakes.count, 2);
  assert.deepEqual(names(queue), ["a"]);
});

test("a changed pod is tried at once, a removed one never", () => {
  const { queue } = start();
  queue.add(pod("a"));
  queue.add(pod("b"));
  queue.failed(next(queue), new Set());
  queue.add(pod("a"));
  queue.remove("b-uid");
  assert.deepEqual(names(queue), ["a"]);
});

test("an irrelevant change keeps a pod where it is", () => {
  const { queue } = start();
  queue.add(pod("a"));
  queue.failed(next(queue), new Set(["NodeResourcesFit"]));
  queue.refresh(pod("a"));
  assert.equal(queue.pop(), undefined);
});
