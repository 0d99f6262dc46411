// `npm run compatibility`: runs the tests that name a row of test/compatibility/rows.ts and prints every row with its state.
// `-- WATCH` or `-- WATCH-19 REST` chooses groups and rows; `--list` runs nothing and shows what the names of the tests say.
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { groups, type Group as RowGroup, unlisted } from "../test/compatibility/rows.ts";
import { idsIn, patternOf } from "./compatibility/claims.ts";
import { prove, strangers } from "./compatibility/proof.ts";
import { groupTable, totals } from "./compatibility/report.ts";
import { purePackages, testFiles } from "./test/files.ts";
import { type Group, planOf, runnerArguments } from "./test/plan.ts";
import type { NamedOutcome } from "./test/reporter.ts";
import { supervise } from "./test/supervise.ts";

const top = join(import.meta.dirname, "..");
const limitSeconds = 1800;
const colours = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;

interface Claim {
  readonly file: string;
  readonly ids: readonly string[];
}

/** The rows that each test file names, in its own text or in the transcripts beside it. */
function claims(): Claim[] {
  const read = (file: string): string => readFileSync(join(top, file), "utf8");
  return testFiles(top)
    .filter((file) => !file.startsWith("tools/"))
    .map((file) => {
      const beside = file.endsWith("/transcripts.test.ts")
        ? globSync(join(dirname(file), "transcripts", "*.txt"), { cwd: top })
        : [];
      return { file, ids: [file, ...beside].flatMap((path) => idsIn(read(path))) };
    })
    .filter(({ ids }) => ids.length > 0);
}

/** The groups, each with the rows that the words of the command line choose. */
function choose(words: readonly string[]): RowGroup[] {
  const strange = words.filter(
    (word) => !groups.some(({ name, rows }) => name === word || rows.some(({ id }) => id === word)),
  );
  if (strange.length > 0)
    throw new Error(`no row or group: ${strange.join(", ")}; groups are ${groups.map(({ name }) => name).join(", ")}`);
  const wanted = (group: RowGroup): RowGroup["rows"] =>
    words.length === 0 || words.includes(group.name) ? group.rows : group.rows.filter(({ id }) => words.includes(id));
  return groups.map((group) => ({ ...group, rows: wanted(group) })).filter(({ rows }) => rows.length > 0);
}

/** Runs the tests of a group of files that name one of these rows. */
async function run(group: Group, rows: readonly string[], scratch: string): Promise<NamedOutcome[]> {
  console.log(`== ${group.title} (${group.files.length} files)`);
  const target = join(scratch, `${group.title.replace(/\W+/g, "-")}.json`);
  const args = runnerArguments(group, [`--test-name-pattern=/${patternOf(rows)}/`]);
  const env = { KNOTS_TEST_OUTCOMES: target, KNOTS_TEST_VERBOSE: group.concurrent ? "0" : "1" };
  const { code, why } = await supervise({ args, cwd: top, env, limitSeconds });
  if (code !== 0) process.exitCode = why === "interrupt" ? 130 : 1;
  if (why === "limit") console.log(`  FAIL  killed after ${limitSeconds} s`);
  return why === "exit" ? (JSON.parse(readFileSync(target, "utf8")) as NamedOutcome[]) : [];
}

async function runAll(chosen: readonly Claim[], rows: readonly string[]): Promise<NamedOutcome[]> {
  const scratch = mkdtempSync(join(tmpdir(), "knots-compatibility-"));
  const outcomes: NamedOutcome[] = [];
  for (const group of planOf(
    chosen.map(({ file }) => file),
    purePackages(top),
  )) {
    if (process.exitCode === 130) break;
    outcomes.push(...(await run(group, rows, scratch)));
  }
  rmSync(scratch, { recursive: true });
  return outcomes;
}

function print(chosen: readonly RowGroup[], proofs: ReturnType<typeof prove>): void {
  for (const group of chosen) {
    const own = proofs.filter(({ row }) => group.rows.includes(row));
    console.log(`\n${groupTable(group, own, colours).join("\n")}`);
  }
  console.log(`\n${totals(proofs, colours).join("\n")}`);
}

const words = process.argv.slice(2);
const listing = words.includes("--list");
const chosen = choose(words.filter((word) => word !== "--list"));
const rows = chosen.flatMap((group) => group.rows.map(({ id }) => id));
const all = claims();
const claimed = all.filter(({ ids }) => ids.some((id) => rows.includes(id)));
const asClaimed = claimed.map(
  ({ file, ids }): NamedOutcome => ({ file, name: `(${ids.join(", ")})`, result: "passed" }),
);
const proofs = prove(chosen, listing ? asClaimed : await runAll(claimed, rows));
const unknown = strangers(
  groups,
  unlisted,
  all.flatMap(({ ids }) => ids),
);

print(chosen, proofs);
if (listing) console.log("\nas the names of the tests say: nothing was run");
for (const id of unknown) console.log(`\nno such row, but a test names it: ${id}`);
if (unknown.length > 0 || proofs.some(({ fault }) => fault !== undefined)) process.exitCode ??= 1;
