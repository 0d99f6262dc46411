// Tests of the parts of the runner that meet processes: counts from real test files, limits and left-over children.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { supervise } from "./supervise.ts";

const folder = mkdtempSync(join(tmpdir(), "runner-"));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const sample = `// Tests of every outcome.
import { describe, it, test } from "node:test";
test("passes", () => {});
test("fails", () => { throw new Error("as it should"); });
test("skips with a reason", (t) => t.skip("stock client helm is missing"));
test("skips without", { skip: true }, () => {});
describe("a group", () => { it("passes inside", () => {}); it("fails inside", () => { throw new Error("too"); }); });
`;

for (const isolation of ["none", "process"]) {
  test(`outcomes are counted once each, isolation ${isolation}`, async () => {
    const target = join(folder, `${isolation}.json`);
    const reporter = join(import.meta.dirname, "reporter.ts");
    const out = join(folder, "out.txt");
    const { code } = await supervise({
      args: [
        "--test",
        `--test-isolation=${isolation}`,
        `--test-reporter=${reporter}`,
        `--test-reporter-destination=${out}`,
        write("sample.test.ts", sample),
      ],
      cwd: folder,
      env: { KNOTS_TEST_TALLY: target, KNOTS_TEST_VERBOSE: "0" },
      limitSeconds: 60,
    });
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(readFileSync(target, "utf8")), {
      passed: 2,
      failed: 2,
      skips: ["stock client helm is missing", "skips without (no reason given)"],
    });
    assert.match(readFileSync(out, "utf8"), /FAIL {2}sample\.test\.ts:4 {2}fails\n {8}Error: as it should/);
  });
}

test("a runner that never ends is killed at its limit, together with what it started", async () => {
  const note = join(folder, "pid");
  const stuck = `
    import { spawn } from "node:child_process";
    import { writeFileSync } from "node:fs";
    const child = spawn("sleep", ["600"]);
    writeFileSync(${JSON.stringify(note)}, String(child.pid));
    setInterval(() => {}, 1000);`;
  const ending = await supervise({ args: [write("stuck.ts", stuck)], cwd: folder, limitSeconds: 1 });
  assert.deepEqual(ending, { code: null, why: "limit" });
  const state = processState(Number(readFileSync(note, "utf8")));
  assert.match(state, /^(gone|Z)$/, "the sleeper is dead, perhaps not yet reaped");
});

function processState(pid: number): string {
  try {
    return /^State:\s+(\S)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "gone";
  } catch {
    return "gone";
  }
}
