// `npm run soak -- --minutes N [--seed S] [--only NAME]`: the random tests of store and decoders with fresh seeds, one after the other, for N minutes; what fails is printed with its
// seed, which gives the same run again (but for the moment of a kill). The last fifth of the time is churn: memory and disk must stay flat.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { platformRandom, realClock, seededRandom } from "@knots/std";
import { boundsOf, churn, type Sample } from "../../testkit/store/churn.ts";
import { scenarios } from "./scenarios.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string" }, seed: { type: "string" }, only: { type: "string" } },
});
const minutes = Number(values.minutes ?? "5");
const first = Number(values.seed ?? platformRandom.below(1_000_000_000));
if (!(minutes > 0) || !Number.isInteger(first))
  throw new Error("--minutes takes a positive number, --seed a whole one");

const start = realClock.monotonic();
const seconds = (): number => (realClock.monotonic() - start) / 1000;
const folder = mkdtempSync(join(tmpdir(), "knots-soak-"));
const names = Object.keys(scenarios).filter((name) => values.only === undefined || name === values.only);
const tally = new Map(names.map((name) => [name, { runs: 0, size: 0, failed: 0 }]));
let told = 0;

function progress(): void {
  if (seconds() - told < 15) return;
  told = seconds();
  const parts = [...tally].map(
    ([name, { runs, failed }]) => `${name} ${runs}${failed > 0 ? ` (${failed} FAILED)` : ""}`,
  );
  console.log(`${Math.round(told)} s: ${parts.join(", ")}`);
}

async function one(name: string, seed: number): Promise<void> {
  const directory = mkdtempSync(join(folder, "run-"));
  const row = tally.get(name);
  const { problems, size } = await (scenarios[name]?.({ seed, directory, random: seededRandom(seed) }) ?? {
    problems: [],
    size: 0,
  });
  rmSync(directory, { recursive: true });
  if (row === undefined) return;
  row.runs++;
  row.size += size;
  if (problems.length === 0) return;
  row.failed++;
  console.log(`FAILED: --only "${name}" --seed ${seed}\n  ${problems.slice(0, 5).join("\n  ")}`);
}

async function rounds(until: number): Promise<void> {
  for (let seed = first; seconds() < until; seed++) {
    for (const name of names) {
      await one(name, seed).catch((error: unknown) => {
        const row = tally.get(name);
        if (row !== undefined) row.failed++;
        console.log(
          `FAILED: --only "${name}" --seed ${seed}\n  ${error instanceof Error ? error.stack : String(error)}`,
        );
      });
      progress();
      if (seconds() >= until) break;
    }
  }
}

const WINDOW = 20_000;
const SEGMENT_BYTES = 4 * 1024 * 1024;

async function flatness(until: number): Promise<readonly Sample[]> {
  const directory = mkdtempSync(join(folder, "churn-"));
  const size = { writers: 64, keys: 20_000, valueBytes: 1000, every: 64_000 };
  const goOn = (samples: readonly Sample[]): boolean => seconds() < until || samples.length < 6;
  return churn({ ...size, directory, seed: first, window: WINDOW, segmentBytes: SEGMENT_BYTES, goOn });
}

const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

function table(samples: readonly Sample[]): string {
  const step = Math.max(1, Math.floor(samples.length / 12));
  const some = samples.filter((_, at) => at % step === step - 1 || at === samples.length - 1);
  const rows = some.map(
    ({ writes, seconds: at, live, history, memory, disk }) =>
      `| ${[writes, Math.round(at), mib(live), mib(history), mib(memory), mib(disk)].join(" | ")} |`,
  );
  return ["| writes | s | live MiB | window MiB | memory MiB | disk MiB |", "|---|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

console.log(`soak: ${minutes} min, seeds from ${first}, Node ${process.version}`);
const total = minutes * 60;
try {
  await rounds(values.only === undefined ? total * 0.8 : total);
  console.log("\n| runs of | number | operations | failed |\n|---|---|---|---|");
  for (const [name, { runs, size, failed }] of tally) console.log(`| ${name} | ${runs} | ${size} | ${failed} |`);
  let flat = true;
  if (values.only === undefined) {
    const samples = await flatness(total);
    const bounds = boundsOf(samples, WINDOW, 4 * SEGMENT_BYTES);
    flat = bounds.memoryGrowth < 1.2 && bounds.diskGrowth < 1.5;
    console.log(`\n${table(samples)}`);
    const ratio = (value: number): string => value.toFixed(2);
    console.log(
      `\nOf live + window + 16 MiB: memory at most ${ratio(bounds.memory)}, disk at most ${ratio(bounds.disk)}.`,
    );
    console.log(
      `Second half over first: memory ${ratio(bounds.memoryGrowth)}, disk ${ratio(bounds.diskGrowth)}: ${flat ? "flat" : "NOT FLAT"}.`,
    );
  }
  const failed = [...tally.values()].reduce((sum, row) => sum + row.failed, 0);
  console.log(`\n${Math.round(seconds())} s, ${failed} failed`);
  process.exitCode = failed === 0 && flat ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
