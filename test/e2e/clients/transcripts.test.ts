// Stock kubectl, every version of this machine: what a user types and reads, from transcripts/.
// The rows that a transcript proves stand in brackets at the end of its first line.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { startCluster, type TestCluster } from "./cluster.ts";
import { findKubectls, oldestAndNewest } from "./kubectls.ts";
import { openStage, play, record } from "./stage.ts";
import { parseTranscript, renderTranscript, runsOn, type Step } from "./transcript.ts";

const folder = join(import.meta.dirname, "transcripts");
const writing = process.env["KNOTS_RECORD"] === "1";
const kubectls = await findKubectls();
let cluster: TestCluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster.stop());

for (const file of readdirSync(folder)) {
  const name = basename(file, ".txt");
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  const chosen = text.startsWith("# Every version") ? kubectls : oldestAndNewest(kubectls);
  const rows = / \([A-Z]+-\d\d[^)]*\)$/.exec(text.split("\n", 1)[0] ?? "")?.[0] ?? "";
  for (const kubectl of chosen) {
    test(`${kubectl.name}: ${name}${rows}`, async () => {
      const stage = await openStage(cluster, kubectl, name);
      const steps = parseTranscript(text).filter((step) => runsOn(step, kubectl.minor));
      const played = await play(steps, stage, cluster);
      if (writing) return record(path, played);
      const wrong = played.filter(({ step, actual }) => actual !== step.expected);
      assert.equal(
        show(wrong.map(({ step, actual }) => ({ ...step, expected: actual }))),
        show(wrong.map(({ step }) => step)),
      );
    });
  }
}

/** One failure tells every step that went otherwise, and only those. */
function show(steps: readonly Step[]): string {
  return renderTranscript(steps.map((step) => ({ ...step, narration: [] })));
}

test("a stock kubectl is there", { skip: kubectls.length === 0 && "stock client kubectl is missing" }, () => {});
