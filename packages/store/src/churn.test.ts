// Memory and disk under churn: what they hold follows the live state and the window, not the writes that ever were. (`npm run soak` does millions.)
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { boundsOf, churn } from "../../../testkit/store/churn.ts";

const directory = await mkdtemp(join(tmpdir(), "knots-churn-"));
after(() => rm(directory, { recursive: true }));

test("after 80,000 writes memory and disk are what they were after 20,000", async (context) => {
  const [window, segmentBytes] = [4000, 256 * 1024];
  const size = { seed: 1, writers: 64, keys: 1500, valueBytes: 500, every: 6400 };
  const samples = await churn({ ...size, directory, window, segmentBytes, goOn: (all) => all.length < 13 });
  const bounds = boundsOf(samples, window, 4 * segmentBytes);
  context.diagnostic(JSON.stringify(bounds));
  assert.ok(bounds.memoryGrowth < 1.25 && bounds.diskGrowth < 1.6, JSON.stringify(bounds));
  assert.ok(bounds.memory < 6 && bounds.disk < 3, JSON.stringify(bounds));
});
