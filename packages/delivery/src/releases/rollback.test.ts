// Rolling back: which release comes back, and what is refused, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Release } from "@knots/api";
import { aRelease, aSite, microAt } from "../../../../testkit/delivery-objects.ts";
import { planRollback, type RollbackRequest } from "./rollback.ts";

const site = aSite("one");
const past = (number: number, change: Parameters<typeof aRelease>[2] = {}): Release =>
  aRelease("one", number, {
    ...change,
    status: { phase: "Superseded", switchedAt: microAt(number), ...change.status },
  });
const active = (number: number, spec: Partial<Release["spec"]> = {}): Release =>
  aRelease("one", number, { spec, status: { phase: "Active", switchedAt: microAt(number) } });
const failed = (number: number): Release => aRelease("one", number, { status: { phase: "Failed" } });

function answer(releases: readonly Release[], request: RollbackRequest): string {
  const decided = planRollback(site, releases, request, 9);
  if ("refusal" in decided) return `${decided.refusal.reason}: ${decided.refusal.message}`;
  const { metadata, spec } = decided.release;
  return `${metadata.name} shows ${spec.rollbackOf}`;
}

test("what a rollback makes", () => {
  const rows: readonly (readonly [string, readonly Release[], RollbackRequest, string])[] = [
    ["without a name, the release before", [past(1), past(2), active(3)], {}, "one-9 shows one-2"],
    ["a failed one in between does not count", [past(1), failed(2), active(3)], {}, "one-9 shows one-1"],
    ["a failed newest one changes nothing", [past(1), active(2), failed(3)], {}, "one-9 shows one-1"],
    ["by name", [past(1), past(2), active(3)], { to: "one-1" }, "one-9 shows one-1"],
    ["by number", [past(1), past(2), active(3)], { to: "1" }, "one-9 shows one-1"],
    [
      "twice in a row goes further back, not to and fro",
      [past(1), past(2), past(3), active(4, { rollbackOf: "one-2" })],
      {},
      "one-9 shows one-1",
    ],
    ["forward again by name", [past(1), past(2), active(3, { rollbackOf: "one-1" })], { to: "2" }, "one-9 shows one-2"],
    [
      "the site's first release has none before it",
      [active(1)],
      {},
      "NothingEarlier: The site one has no earlier release to roll back to.",
    ],
    ["an unknown one", [active(1)], { to: "7" }, "NoRelease: The site one has no release 7."],
    ["the one that serves", [past(1), active(2)], { to: "2" }, "AlreadyServed: Release one-2 is already being served."],
    [
      "one that never served",
      [failed(1), active(2)],
      { to: "1" },
      "NeverWorked: Release one-1 never went live, so there is no rolling back to it.",
    ],
    [
      "one whose image is gone",
      [past(1, { status: { imageKept: false } }), active(2)],
      { to: "1" },
      "ImageGone: The image of release one-1 was already collected; choose a more recent release.",
    ],
  ];
  for (const [sentence, releases, request, expected] of rows)
    assert.equal(answer(releases, request), expected, sentence);
});

test("a release that comes back has image, commit and configuration of the old one and routes of now", () => {
  const old = past(1, { spec: { config: { port: 80, replicas: 1, resources: { limits: { memory: "64Mi" } } } } });
  const decided = planRollback(
    aSite("one", { spec: { domains: ["new.test"] } }),
    [old, active(2)],
    { requestedBy: "ann" },
    9,
  );
  assert.ok("release" in decided);
  const { spec } = decided.release;
  assert.deepEqual(
    [spec.image, spec.commit, spec.config, spec.requestedBy],
    [old.spec.image, old.spec.commit, old.spec.config, "ann"],
  );
  assert.deepEqual(spec.routes, [{ host: "new.test", path: "/" }]);
});
