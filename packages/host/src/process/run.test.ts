// Programs that we run: their answers, their failures and the limits on them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProgramError, type ProgramFailure } from "./error.ts";
import { commandLine, listPids } from "./identity.node.ts";
import { type RunOptions, run, tryRun } from "./run.node.ts";

test("a program gets its arguments as they are, its input and added variables, and answers with both streams", async () => {
  const script = 'cat; printf \'%s|\' "$@" "$FRUIT"; echo oops >&2';
  const result = await run(["sh", "-c", script, "sh", "a b", "$(id)"], { input: "hello ", env: { FRUIT: "pear" } });
  assert.deepEqual(result, { code: 0, stdout: "hello a b|$(id)|pear|", stderr: "oops\n" });
});

test("tryRun gives any exit code as an answer", async () => {
  assert.equal((await tryRun(["sh", "-c", "exit 7"])).code, 7);
});

const failures: readonly [string, readonly string[], RunOptions, ProgramFailure, RegExp][] = [
  [
    "a bad exit names program, code and last words",
    ["sh", "-c", "echo no >&2; exit 3"],
    {},
    "failed",
    /^sh failed with exit code 3: no$/,
  ],
  ["a missing tool names its package", ["/nowhere/nft", "list"], {}, "missing", /run apt-get install nftables$/],
  [
    "a missing unknown program says only that",
    ["no-such-program"],
    {},
    "missing",
    /^no-such-program is not installed$/,
  ],
  ["a bad folder is not a missing program", ["true"], { cwd: "/nowhere" }, "not-started", /could not be started/],
  ["too long", ["sleep", "60"], { timeout: 30 }, "timeout", /did not end within 30 ms/],
  ["too much", ["yes"], { maxOutput: 1000 }, "too-much-output", /more than 1000 bytes/],
  ["stopped by its caller", ["sleep", "60"], { signal: AbortSignal.timeout(20) }, "aborted", /stopped before/],
  ["its caller gave up before", ["true"], { signal: AbortSignal.abort() }, "aborted", /stopped before/],
  ["killed by a signal", ["sh", "-c", "kill -9 $$"], {}, "failed", /was ended by SIGKILL/],
];
for (const [name, argv, options, failure, message] of failures) {
  test(`failure: ${name}`, async () => {
    await assert.rejects(run(argv, options), (error) => {
      assert.ok(error instanceof ProgramError);
      assert.equal(error.failure, failure);
      assert.match(error.message, message);
      return true;
    });
  });
}

test("a time limit also ends what the program started", async () => {
  const mark = `86399.${process.pid}`;
  await assert.rejects(run(["sh", "-c", `sleep ${mark} & wait`], { timeout: 100 }), /did not end/);
  const lines = await Promise.all((await listPids()).map(commandLine));
  assert.ok(!lines.some((line) => line[0] === "sleep" && line[1] === mark));
});

test("a descendant that left the group and holds the pipes does not keep the caller waiting beyond the limit", async (t) => {
  const mark = `86395.${process.pid}`;
  t.after(async () => {
    for (const pid of await listPids()) if ((await commandLine(pid)).includes(mark)) process.kill(pid);
  });
  await assert.rejects(run(["setsid", "-f", "sleep", mark], { timeout: 200 }), /did not end within 200 ms/);
});
