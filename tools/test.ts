// `npm test`: checks, unit tests and suites, with progress; the very last line is `N passed, N failed, N skipped`.
// Paths as arguments run only the test files below them, without the checks.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { purePackages, testFiles } from "./test/files.ts";
import { type Group, planOf, runnerArguments } from "./test/plan.ts";
import { type Ending, supervise } from "./test/supervise.ts";
import { isMissingClient, lineOf, nothing, reasons, strict, sum, type Tally } from "./test/tally.ts";

const top = join(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "knots-test-"));
const checkLimitSeconds = 300;
const totalLimitSeconds = 3600;
const ci = process.env["CI"] === "true" || process.env["CI"] === "1";
const started = performance.now();
const seconds = (): number => Math.round((performance.now() - started) / 1000);

async function check(): Promise<Tally> {
  const ending = await supervise({ args: ["tools/check.ts"], cwd: top, limitSeconds: checkLimitSeconds });
  tellEnding("npm run check", ending, checkLimitSeconds);
  return ending.code === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 };
}

async function runGroup(group: Group): Promise<Tally> {
  const tallyFile = join(scratch, `${group.title.replace(/\W+/g, "-")}.json`);
  const env = { KNOTS_TEST_TALLY: tallyFile, KNOTS_TEST_VERBOSE: group.concurrent ? "0" : "1" };
  const left = Math.max(1, totalLimitSeconds - seconds());
  const limitSeconds = group.isolated ? left : Math.min(left, group.limitSeconds * 3);
  const ending = await supervise({ args: runnerArguments(group), cwd: top, env, limitSeconds });
  tellEnding(group.title, ending, limitSeconds);
  return read(tallyFile, ending.code);
}

function tellEnding(title: string, { why }: Ending, limitSeconds: number): void {
  if (why === "limit") console.log(`  FAIL  ${title}: killed after ${limitSeconds} s: look for a test that never ends`);
  if (why === "interrupt") process.exitCode = 130;
}

/** A runner that ends badly without a failed test (a crash, a timeout) counts as one failure. */
function read(tallyFile: string, code: number | null): Tally {
  const tally = parse(tallyFile) ?? nothing;
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

function parse(path: string): Tally | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Tally;
  } catch {
    return undefined;
  }
}

interface Row {
  readonly title: string;
  readonly tally: Tally;
}

async function step(title: string, run: () => Promise<Tally>): Promise<Row> {
  console.log(`\n== ${title}`);
  const tally = await run();
  if (!ci) return { title, tally };
  for (const reason of tally.skips.filter(isMissingClient)) console.log(`  FAIL  ${reason}: CI must provide it`);
  return { title, tally: strict(tally) };
}

const paths = process.argv.slice(2);
const rows: Row[] = [];
if (paths.length === 0) rows.push(await step("check", check));
for (const group of planOf(testFiles(top, paths), purePackages(top))) {
  if (process.exitCode !== undefined) break;
  rows.push(await step(`${group.title} (${group.files.length} files)`, () => runGroup(group)));
}
rmSync(scratch, { recursive: true });

const total = sum(rows.map((row) => row.tally));
console.log(`\n== ${process.exitCode === undefined ? "ran all" : "interrupted"} after ${seconds()} s`);
for (const { title, tally } of rows) console.log(`${tally.failed === 0 ? "ok  " : "FAIL"}  ${title}: ${lineOf(tally)}`);
for (const line of reasons(total.skips)) console.log(line);
console.log(lineOf(total));
process.exitCode ??= total.failed === 0 && total.passed > 0 ? 0 : 1;
