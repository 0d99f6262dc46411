// Collecting images: what may go, what must stay, as rows and as a property.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { aBuild, aRelease } from "../../../../testkit/delivery-objects.ts";
import { type GarbageSnapshot, garbagePlan, type StoredImage } from "./garbage.ts";
import { usedImages } from "./garbage-loop.ts";

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const image = (digest: string, hoursOld: number, repository = "default/one"): StoredImage => ({
  repository,
  digest,
  tags: [],
  bytes: 10,
  pushedAt: NOW - hoursOld * HOUR,
});
const base: GarbageSnapshot = {
  images: [],
  used: new Set(["default/one@used"]),
  repositories: new Set(["default/one"]),
  disk: { totalBytes: 100, freeBytes: 50 },
  watermarks: { high: 0.8, low: 0.7 },
  keep: 24 * HOUR,
  fresh: HOUR,
};
const full = { totalBytes: 100, freeBytes: 5 };

test("which images go", () => {
  const rows: readonly (readonly [string, Partial<GarbageSnapshot>, string, boolean?])[] = [
    ["an image of a kept release stays, however old", { images: [image("used", 99)] }, ""],
    ["an unused one goes when it is old", { images: [image("a", 25)] }, "a"],
    ["and stays while it is not", { images: [image("a", 23)] }, ""],
    ["a fresh one stays even when its site is gone", { images: [image("a", 0.5, "default/gone")] }, ""],
    ["images of a site that is gone go", { images: [image("a", 2, "default/gone")] }, "a"],
    [
      "on a full disk the oldest unused ones go first, until it is down",
      { images: [image("b", 3), image("c", 2), image("d", 4), image("e", 1)], disk: full },
      "d b c",
    ],
    ["on a full disk used ones stay, and people are told", { images: [image("used", 99)], disk: full }, "", true],
    [
      "what is due counts towards the goal",
      { images: [image("a", 30), image("b", 29), image("c", 28), image("d", 2)], disk: full },
      "a b c",
    ],
  ];
  for (const [sentence, change, expected, stuck = false] of rows) {
    const decided = garbagePlan({ ...base, ...change }, NOW);
    assert.equal(decided.remove.map(({ digest }) => digest).join(" "), expected, sentence);
    assert.equal(decided.stuck, stuck, sentence);
  }
});

test("nothing that is used or fresh ever goes, and nothing twice", () => {
  const anImage = fc.record({
    repository: fc.constantFrom("default/one", "default/gone"),
    digest: fc.constantFrom("used", "a", "b", "c", "d"),
    tags: fc.constant([]),
    bytes: fc.nat(50),
    pushedAt: fc.nat(NOW),
  });
  const property = fc.property(
    fc.uniqueArray(anImage, { selector: ({ repository, digest }) => `${repository}@${digest}` }),
    fc.nat(100),
    (images, freeBytes) => {
      const { remove } = garbagePlan({ ...base, images, disk: { totalBytes: 100, freeBytes } }, NOW);
      assert.equal(new Set(remove).size, remove.length);
      for (const each of remove) {
        assert.ok(!base.used.has(`${each.repository}@${each.digest}`));
        assert.ok(NOW - each.pushedAt >= base.fresh);
      }
    },
  );
  fc.assert(property, { seed: 1 });
});

test("used are the images of releases, of serving Deployments and of builds that become a release", () => {
  const release = aRelease("one", 1);
  const digest = `sha256:${"e".repeat(64)}`;
  const build = aBuild("one", 2, {
    status: { phase: "Running", image: `registry.knots.internal/default/one@${digest}` },
  });
  const used = usedImages([release], [build], []);
  assert.deepEqual([...used], [release.spec.image.replace("registry.knots.internal/", ""), `default/one@${digest}`]);
});
