// The queue: who begins, waits, is refused or superseded, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Build, Site } from "@knots/api";
import { deepFreeze } from "@knots/std";
import { aBuild, aSite } from "../../../../../testkit/delivery-objects.ts";
import { at, NOON } from "../../../../../testkit/objects.ts";
import { plan, type QueueSnapshot } from "./plan.ts";

const NOW = NOON + 60_000;
const running = { phase: "Running" as const, startedAt: "2026-01-01T12:00:00.000000Z" };

function decide(builds: readonly Build[], change: Partial<QueueSnapshot> = {}, ...extra: readonly Site[]): string {
  const all = [aSite("one"), aSite("two"), aSite("three"), ...extra];
  const sites = new Map(all.map((site) => [`default/${site.metadata.name}`, site]));
  const snapshot = { builds, sites, freeBytes: 100, concurrency: 2, minFreeBytes: 10, ...change };
  const { writes = [] } = plan(deepFreeze(snapshot), NOW);
  return writes
    .map(({ object }) => {
      const { metadata, status } = object as Build;
      return `${metadata.name} ${status?.failure?.reason ?? status?.phase}`;
    })
    .join(", ");
}

test("who begins", () => {
  const rows: readonly (readonly [string, readonly Build[], string, Partial<QueueSnapshot>?])[] = [
    ["an empty queue writes nothing", [], ""],
    ["a build begins when there is room", [aBuild("one", 1)], "one-1 Running"],
    ["a build without a status counts as queued", [{ ...aBuild("one", 1), status: {} }], "one-1 Running"],
    ["two sites build at once", [aBuild("one", 1), aBuild("two", 1)], "one-1 Running, two-1 Running"],
    [
      "the third waits",
      [aBuild("one", 1), aBuild("two", 2), aBuild("three", 3)],
      "one-1 Running, two-2 Running, three-3 Queued",
    ],
    [
      "first come, first served",
      [aBuild("three", 3), aBuild("one", 1), aBuild("two", 2)],
      "one-1 Running, two-2 Running, three-3 Queued",
    ],
    ["a site builds one commit at a time", [aBuild("one", 1, { status: running }), aBuild("one", 2)], "one-2 Queued"],
    [
      "a newer commit supersedes one that waits",
      [aBuild("one", 1), aBuild("one", 2)],
      "one-1 Superseded, one-2 Running",
    ],
    [
      "a newer commit leaves one that runs alone",
      [aBuild("one", 1, { status: running }), aBuild("one", 2), aBuild("one", 3)],
      "one-2 Superseded, one-3 Queued",
    ],
    [
      "a cancelled newer one supersedes nothing",
      [aBuild("one", 1), aBuild("one", 2, { spec: { cancelled: true } })],
      "one-1 Running, one-2 Cancelled",
    ],
    ["a build of a site that is gone fails", [aBuild("gone", 1)], "gone-1 SiteGone"],
    ["a build below the watermark is refused", [aBuild("one", 1)], "one-1 DiskFull", { freeBytes: 9 }],
    [
      "a build that must wait anyway is not refused for the disk",
      [aBuild("one", 1, { status: running }), aBuild("one", 2)],
      "one-2 Queued",
      { freeBytes: 9 },
    ],
    ["a build that is being deleted is left alone", [aBuild("one", 1, { meta: { deletionTimestamp: at(1) } })], ""],
  ];
  for (const [sentence, builds, expected, change] of rows) assert.equal(decide(builds, change), expected, sentence);
});

test("a paused site's builds wait and take nobody's place", () => {
  const paused = aSite("one", { spec: { paused: true } });
  assert.equal(decide([aBuild("one", 1), aBuild("two", 2)], { concurrency: 1 }, paused), "one-1 Queued, two-2 Running");
});

test("beginning starts the stopwatch at the moment the push came in", () => {
  const sites = new Map([["default/one", aSite("one")]]);
  const { writes = [] } = plan(
    { builds: [aBuild("one", 5)], sites, freeBytes: 1, concurrency: 1, minFreeBytes: 0 },
    NOW,
  );
  assert.deepEqual((writes[0]?.object as Build | undefined)?.status?.steps, [
    { name: "Queued", startedAt: "2026-01-01T12:00:05.000000Z", finishedAt: "2026-01-01T12:01:00.000000Z" },
  ]);
});

test("a decision that stands is not written again", () => {
  const sites = new Map([["default/one", aSite("one")]]);
  const builds = [aBuild("one", 1, { status: running }), aBuild("one", 2)];
  const limits = { sites, freeBytes: 100, concurrency: 2, minFreeBytes: 10 };
  const [write] = plan({ builds, ...limits }, NOW).writes ?? [];
  const again = plan({ builds: [builds[0] as Build, write?.object as Build], ...limits }, NOW + 5000);
  assert.deepEqual(again.writes, []);
});
