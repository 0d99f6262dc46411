// Reporter of node:test: tells failures in full and progress as it goes, and leaves the counts where the runner asks for them.
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";

/** Where the counts go, as JSON of a `Tally`. */
const target = process.env["KNOTS_TEST_TALLY"];
/** Set for suites of long tests: each test is told when it starts and ends. Otherwise a line tells the count now and then. */
const verbose = process.env["KNOTS_TEST_VERBOSE"] === "1";
/** Where the outcome of each test goes, as JSON of a list of `NamedOutcome`, for those who ask for it. */
const namedTarget = process.env["KNOTS_TEST_OUTCOMES"];
const quietMs = 5000;
const failureLines = 60;

type Outcome = Extract<TestEvent, { type: "test:pass" | "test:fail" }>;

/** What became of one test. A file that cannot be run is a test of that name. */
export interface NamedOutcome {
  /** Relative to the top of the repository. */
  readonly file: string;
  readonly name: string;
  readonly result: "passed" | "failed" | "skipped";
}

const named: NamedOutcome[] = [];
const counts = { passed: 0, failed: 0, skips: [] as string[] };

export default async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let told = performance.now();
  for await (const event of source) {
    const text = tell(event);
    if (text !== "") yield text;
    if (verbose || performance.now() - told < quietMs) continue;
    told = performance.now();
    yield `  ${counts.passed} passed so far\n`;
  }
  if (target !== undefined) writeFileSync(target, JSON.stringify(counts));
  if (namedTarget !== undefined) writeFileSync(namedTarget, JSON.stringify(named));
}

function tell(event: TestEvent): string {
  if (event.type === "test:start") return verbose && event.data.nesting === 0 ? `  ...   ${event.data.name}\n` : "";
  if ((event.type !== "test:pass" && event.type !== "test:fail") || isGroup(event)) return "";
  if (event.data.skip !== undefined && event.data.skip !== false) return skipped(event);
  return event.type === "test:pass" ? passed(event) : failed(event);
}

function note({ data: { file = "", name } }: Outcome, result: NamedOutcome["result"]): void {
  named.push({ file: relative(process.cwd(), file), name, result });
}

function skipped(event: Outcome): string {
  const { name, skip } = event.data;
  const reason = typeof skip === "string" && skip !== "" ? skip : `${name} (no reason given)`;
  counts.skips.push(reason);
  note(event, "skipped");
  return verbose ? `  skip  ${name}: ${reason}\n` : "";
}

function passed(event: Outcome): string {
  const { name, details } = event.data;
  counts.passed++;
  note(event, "passed");
  return verbose ? `  ok    ${name} (${(details.duration_ms / 1000).toFixed(1)} s)\n` : "";
}

/** Groups are counted by their tests; one that fails on its own account, as in a hook, counts itself. */
function isGroup(event: Outcome): boolean {
  if (event.type === "test:fail") return causeOf(event)?.failureType === "subtestsFailed";
  return event.data.details.type === "suite";
}

function causeOf(event: Outcome): { readonly failureType?: string; readonly cause?: unknown } | undefined {
  return event.type === "test:fail" ? event.data.details.error : undefined;
}

function failed(event: Outcome): string {
  counts.failed++;
  note(event, "failed");
  const error = causeOf(event);
  const lines = inspect(error?.cause ?? error, { colors: false }).split("\n");
  const rest = lines.length > failureLines ? [`... ${lines.length - failureLines} more lines`] : [];
  const text = [...lines.slice(0, failureLines), ...rest].map((line) => `        ${line}`).join("\n");
  const file = relative(process.cwd(), event.data.file ?? "");
  return `  FAIL  ${file}:${event.data.line ?? 0}  ${event.data.name}\n${text}\n`;
}
