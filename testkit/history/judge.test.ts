// Known good histories pass; each known kind of broken history is refused, for its own reason.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batch, compact, event, kv, put, read, readAt, transaction, watch } from "./examples.ts";
import { type JudgeOptions, judge, type Recording } from "./judge.ts";
import type { Operation, WatchRecord } from "./operation.ts";

const verdictOn = (recording: Recording, mode?: JudgeOptions["mode"]): string =>
  judge(recording, { mode }).problems.join("\n");

const twoKeys = [
  { type: "put" as const, key: "a", value: Buffer.from("1") },
  { type: "put" as const, key: "b", value: Buffer.from("1") },
];
const created = [{ type: "put" }, { type: "put" }];

const good: readonly (readonly [string, readonly Operation[], (readonly WatchRecord[])?])[] = [
  ["nothing happened", []],
  ["a write and a read after it", [put("1-2", "a=1", 2), read("3-4", "a", 2, "a=1@2")]],
  ["a read that overlaps the write may see it", [put("1-4", "a=1", 2), read("2-3", "a", 2, "a=1@2")]],
  ["or not", [put("1-4", "a=1", 2), read("2-3", "a", 1)]],
  ["writes of other keys lie in between", [put("1-2", "a=1", 2), put("3-4", "b=1", 3), read("5-6", "a", 3, "a=1@2")]],
  [
    "overwriting counts versions",
    [put("1-2", "a=1", 2), put("3-4", "a=2", 3, "a=1@2"), read("5-6", "a", 3, "a=2@2/3/2")],
  ],
  ["a write without an answer may have happened", [put("1", "a=1", 0), read("3-4", "a", 2, "a=1@2")]],
  ["or not yet", [put("1", "a=1", 0), read("3-4", "a", 1), read("5-6", "a", 2, "a=1@2")]],
  ["or never", [put("1", "a=1", 0), put("3-4", "b=1", 2), read("5-6", "a", 2)]],
  ["two without an answer, one happened", [put("1", "a=1", 0), put("2", "a=2", 0), read("3-4", "a", 2, "a=2@2")]],
  [
    "a past revision is what it was",
    [put("1-2", "a=1", 2), put("3-4", "a=2", 3, "a=1@2"), readAt("5-6", { key: "a", at: 2, revision: 3 }, "a=1@2")],
  ],
  [
    "what was compacted is refused",
    [put("1-2", "a=1", 2), compact("3-4", 2), compact("5-6", 1, { type: "refused", code: "compacted" })],
  ],
  [
    "a watcher of everything saw everything",
    [put("1-2", "a=1", 2), put("3-4", "b=1", 3)],
    [watch([batch(2, "put a=1@2"), batch(3, "put b=1@3"), batch(3)], { until: 3 })],
  ],
  [
    "a watcher of one key saw it",
    [put("1-2", "a=1", 2), put("3-4", "b=1", 3)],
    [watch([batch(3, "put b=1@3")], { range: { start: "b" }, until: 3 })],
  ],
  [
    "a watcher resumed",
    [put("1-2", "a=1", 2), put("3-4", "b=1", 3)],
    [watch([batch(3, "put b=1@3")], { from: 3, until: 3 })],
  ],
  [
    "what only a watcher saw in the end",
    [put("1-2", "a=1", 2), put("3", "a=2", 0)],
    [watch([batch(2, "put a=1@2"), batch(3, "put a=2@2/3/2 over a=1@2")], { until: 3 })],
  ],
  [
    "a compacted watcher was told",
    [put("1-2", "a=1", 2), compact("3-4", 2)],
    [watch([], { from: 1, compactedAtOpen: 2, compactedAtEnd: 2, end: { type: "error", code: "compacted" } })],
  ],
  [
    "several keys at once",
    [transaction("1-2", twoKeys, { revision: 2, responses: created }), read("3-4", "b", 2, "b=1@2")],
  ],
];

for (const mode of ["whole", "parts"] as const) {
  for (const [says, history, watches] of good) {
    test(`good (${mode}): ${says}`, () => assert.equal(verdictOn({ history, watches }, mode), ""));
  }
}

const noOrder = /no order explains/;
const broken: readonly (readonly [string, RegExp, readonly Operation[], (readonly WatchRecord[])?])[] = [
  ["a stale read", noOrder, [put("1-2", "a=1", 2), put("3-4", "a=2", 3, "a=1@2"), read("5-6", "a", 3, "a=1@2")]],
  [
    "a stale read that owns up to its revision",
    /go back/,
    [put("1-2", "a=1", 2), put("3-4", "a=2", 3, "a=1@2"), read("5-6", "a", 2, "a=1@2")],
  ],
  ["a read from the future", noOrder, [put("5-6", "a=1", 2), read("1-2", "a", 2, "a=1@2")]],
  ["a lost update", noOrder, [put("1-2", "a=1", 2), put("3-4", "a=2", 3), read("5-6", "a", 3, "a=2@3")]],
  ["an acknowledged write that is gone", noOrder, [put("1-2", "a=1", 2), read("3-4", "a", 2)]],
  [
    "two versions as one",
    noOrder,
    [put("1-2", "a=1", 2), put("3-4", "a=2", 3, "a=1@2"), read("5-6", "a", 3, "a=2@2/3/1")],
  ],
  ["a revision given twice", /given twice/, [put("1-4", "a=1", 2), put("2-3", "b=1", 2)]],
  ["a revision going back", /go back/, [put("1-2", "a=1", 3), put("3-4", "b=1", 2)]],
  ["a read's revision going back", /go back/, [read("1-2", "a", 5), read("3-4", "a", 4)]],
  ["one revision with two values", /is both/, [read("1-9", "a", 5, "a=1@2"), read("2-8", "a", 5, "a=2@2")]],
  ["a key from a later revision", /cannot be in/, [put("1-4", "a=1", 3), read("2-3", "a", 2, "a=1@3")]],
  [
    "half a transaction",
    noOrder,
    [transaction("1-2", twoKeys, { revision: 2, responses: created }), read("3-4", "b", 2)],
  ],
  [
    "a past that changed",
    noOrder,
    [put("1-2", "a=1", 2), put("3-4", "a=2", 3, "a=1@2"), readAt("5-6", { key: "a", at: 2, revision: 3 }, "a=2@2/3/2")],
  ],
  ["a value that nobody wrote", noOrder, [put("1", "a=1", 0), read("3-4", "a", 2, "a=9@2")]],
  [
    "an unknown write that comes and goes",
    noOrder,
    [put("1", "a=1", 0), read("3-4", "a", 2, "a=1@2"), read("5-6", "a", 2)],
  ],
  [
    "a duplicated event",
    /came twice/,
    [put("1-2", "a=1", 2), put("3-4", "b=1", 3)],
    [watch([batch(2, "put a=1@2"), batch(2, "put a=1@2"), batch(3, "put b=1@3")])],
  ],
  ["an event twice in one revision", noOrder, [put("1-2", "a=1", 2)], [watch([batch(2, "put a=1@2", "put a=1@2")])]],
  [
    "a torn revision, told in two pieces",
    /came twice/,
    [transaction("1-2", twoKeys, { revision: 2, responses: created })],
    [
      watch([{ revision: 2, events: [event("put a=1@2")] }, batch(2, "put b=1@2")], {
        range: { start: "a", end: "c" },
      }),
    ],
  ],
  [
    "a torn revision, half of it missing",
    /torn/,
    [transaction("1-2", twoKeys, { revision: 2, responses: created })],
    [watch([batch(2, "put a=1@2")], { range: { start: "a", end: "c" } })],
  ],
  [
    "a watch that goes back in time",
    /back in time/,
    [put("1-2", "a=1", 2), put("3-4", "b=1", 3)],
    [watch([batch(3, "put b=1@3"), batch(2, "put a=1@2")])],
  ],
  ["a gap", /a gap/, [put("1-2", "a=1", 2), put("3-4", "b=1", 3)], [watch([batch(3, "put b=1@3")])]],
  [
    "a lost last event",
    /never delivered/,
    [put("1-2", "a=1", 2), put("3-4", "b=1", 3)],
    [watch([batch(2, "put a=1@2")], { until: 3 })],
  ],
  [
    "early progress",
    /progress 3 came early/,
    [put("1-2", "a=1", 2), put("3-4", "b=1", 3)],
    [watch([batch(2, "put a=1@2"), batch(3), batch(3, "put b=1@3")])],
  ],
  [
    "progress that goes back",
    /back in time/,
    [put("1-2", "a=1", 2), put("3-4", "b=1", 3)],
    [watch([batch(2, "put a=1@2"), batch(3, "put b=1@3"), batch(2)])],
  ],
  [
    "an event of another key",
    /did nothing here/,
    [put("1-2", "a=1", 2), put("3-4", "b=1", 3)],
    [watch([batch(2, "put a=1@2")], { range: { start: "b" } })],
  ],
  [
    "an event that nobody caused",
    /watchers saw more/,
    [put("1-2", "a=1", 2)],
    [watch([batch(2, "put a=1@2"), batch(3, "put b=1@3")])],
  ],
  [
    "watchers that contradict each other",
    /w saw .* v saw/,
    [put("1-2", "a=1", 2)],
    [watch([batch(2, "put a=1@2")]), watch([batch(2, "put a=2@2")], { name: "v" })],
  ],
  [
    "events before the first one wanted",
    /back in time/,
    [put("1-2", "a=1", 2)],
    [watch([batch(2, "put a=1@2")], { from: 5 })],
  ],
  [
    "compacted without a compaction",
    /only what is before 0 was compacted/,
    [put("1-2", "a=1", 2)],
    [watch([], { compactedAtOpen: 0, compactedAtEnd: 0, end: { type: "error", code: "compacted" } })],
  ],
  [
    "a compacted watch that pretends to wait",
    /was not told/,
    [put("1-2", "a=1", 2), put("3-4", "a=2", 3, "a=1@2"), compact("5-6", 3)],
    [watch([batch(3, "put a=2@2/3/2 over a=1@2")], { from: 2, compactedAtOpen: 3 })],
  ],
  [
    "a compacted watch that says nothing at all",
    /was not told/,
    [put("1-2", "a=1", 2), put("3-4", "a=2", 3, "a=1@2"), compact("5-6", 3)],
    [watch([], { from: 2, compactedAtOpen: 3, until: 3 })],
  ],
  [
    "a refused compaction that was possible",
    noOrder,
    [put("1-2", "a=1", 2), compact("3-4", 2, { type: "refused", code: "compacted" })],
  ],
];

for (const [says, why, history, watches] of broken) {
  test(`broken: ${says}`, () => assert.match(verdictOn({ history, watches }, "whole"), why));
}

test("keys that nothing connects are judged in parts, and the revisions over all of them", () => {
  const history = [
    put("1-2", "a=1", 2),
    put("3-4", "b=1", 3),
    read("5-6", "a", 3, "a=1@2"),
    read("7-8", "b", 3, "b=1@3"),
  ];
  assert.deepEqual(judge({ history }), { problems: [], operations: 4, parts: 2, steps: judge({ history }).steps });
  const stale = [...history, put("9-10", "a=2", 4, "a=1@2"), read("11-12", "a", 4, "a=1@2")];
  assert.match(verdictOn({ history: stale }, "parts"), noOrder);
  assert.match(verdictOn({ history: [...history, read("9-10", "b", 2)] }, "parts"), /go back/);
});

test("in parts, too, everything that watchers saw must have happened, also what later writes do not show", () => {
  const remove = transaction("2", [{ type: "delete", key: "a" }], { revision: 0, responses: [] });
  const history = [put("1", "a=1", 0), remove, put("3-4", "a=2", 4), put("5-6", "b=1", 5)];
  const seen = [batch(2, "put a=1@2"), batch(3, "delete a@3 over a=1@2"), batch(4, "put a=2@4"), batch(5, "put b=1@5")];
  assert.equal(verdictOn({ history, watches: [watch(seen)] }, "parts"), "");
  assert.match(verdictOn({ history: history.slice(1), watches: [watch(seen)] }, "parts"), noOrder);
});

test("a search that reaches its limit gives up, and that is a failure", () => {
  const history = Array.from({ length: 12 }, (_, n) => put(`1-${50 + n}`, `a=${n}`, 0));
  const { problems } = judge({ history: [...history, read("100-101", "a", 13, "a=x@13")] }, { limit: 1000 });
  assert.match(problems.join(), /gave up after \d+ steps/);
});

test("a short way to write keys", () => {
  assert.deepEqual(kv("a=1@2/3/2"), {
    key: "a",
    value: Buffer.from("1"),
    createRevision: 2,
    modRevision: 3,
    version: 2,
    lease: 0,
  });
});
