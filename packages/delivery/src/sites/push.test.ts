// Pushes and looks at outside repositories: which become builds, and what is said of the others, as rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Build, builtinKinds, Site } from "@knots/api";
import { createClient, createFakeApi } from "@knots/client";
import { createVirtualClock } from "@knots/std";
import { aBuild, aSite, hash } from "../../../../testkit/delivery-objects.ts";
import { NOON } from "../../../../testkit/objects.ts";
import { readHeads } from "./look-at-head.node.ts";
import { pushListener } from "./on-push.ts";
import { decide, type Head } from "./poll.ts";
import { createPushRecorder, type Push, refusal } from "./push.ts";

const push = (change: Partial<Push> = {}): Push => ({
  site: { namespace: "default", name: "one" },
  commit: hash("a"),
  branch: "main",
  receivedAt: NOON,
  ...change,
});
const built = (
  phase: "Running" | "Succeeded" | "Failed" | "Cancelled" | "Superseded",
  digit = "a",
  number = 1,
): Build => aBuild("one", number, { spec: { commit: hash(digit) }, status: { phase } });

test("which pushes make a build", () => {
  const rows: readonly (readonly [string, Partial<Push>, readonly Build[], string | undefined])[] = [
    ["the first commit", {}, [], undefined],
    ["another branch", { branch: "test" }, [], "The push went to branch test; the site builds only main."],
    ["a deleted branch", { commit: hash("0") }, [], "The push deleted branch main; there is nothing to build."],
    ["a new commit", { commit: hash("b") }, [built("Succeeded")], undefined],
    ["the commit that is being built", {}, [built("Running")], "Commit aaaaaaaa is already handled by build one-1."],
    ["the commit that is served", {}, [built("Succeeded")], "Commit aaaaaaaa is already handled by build one-1."],
    ["the same commit by hand", { trigger: "Manual" }, [built("Succeeded")], undefined],
    ["a commit that failed", {}, [built("Failed")], undefined],
    ["an older commit, by force", {}, [built("Succeeded"), built("Succeeded", "b", 2)], undefined],
  ];
  for (const [sentence, change, builds, expected] of rows) {
    assert.equal(refusal(aSite("one"), builds, push(change))?.message, expected, sentence);
  }
});

test("what a look at a repository means", () => {
  const outside = aSite("one", { spec: { repository: { url: "https://x/a.git" } } });
  const found = (digit: string): Head => ({ found: "commit", commit: hash(digit) });
  const rows: readonly (readonly [string, Site, Head | undefined, readonly Build[], reason: string, build: boolean])[] =
    [
      ["a first commit is built", outside, found("a"), [], "True Reachable", true],
      ["a known one is not", outside, found("a"), [built("Succeeded")], "True Reachable", false],
      ["one that failed is not tried again", outside, found("a"), [built("Failed")], "True Reachable", false],
      ["a new one is built", outside, found("b"), [built("Failed")], "True Reachable", true],
      ["no branch", outside, { found: "nothing" }, [], "False BranchMissing", false],
      ["no answer", outside, { found: "trouble", detail: "no route" }, [], "False Unreachable", false],
      ["no login", outside, { found: "no-login", secret: "s" }, [], "False SecretMissing", false],
      ["the built-in repository tells by itself", aSite("one"), undefined, [], "True BuiltIn", false],
    ];
  for (const [sentence, site, head, builds, reason, build] of rows) {
    const decided = decide(site, builds, head, NOON);
    const [condition] = decided.status?.status?.conditions ?? [];
    assert.equal(`${condition?.status} ${condition?.reason}`, reason, sentence);
    assert.equal(decided.push !== undefined, build, sentence);
    assert.ok(decided.status);
    assert.equal(decide(decided.status, builds, head, NOON + 1000).status, undefined, "and is not written twice");
  }
});

test("git's list of references is read line by line", () => {
  const text = `${hash("a")}\trefs/heads/main\n${hash("b")}\trefs/heads/mainly\nwarning: x\n`;
  assert.deepEqual(readHeads(text, "main"), { found: "commit", commit: hash("a") });
  assert.deepEqual(readHeads(text, "other"), { found: "nothing" });
});

test("pushes at the same moment get different numbers; tags build nothing", async () => {
  const clock = createVirtualClock();
  const api = createFakeApi({ kinds: builtinKinds, clock });
  const client = createClient(api.transport);
  const { spec } = aSite("one");
  await client.create(Site, { metadata: { namespace: "default", name: "one" }, spec });
  const record = createPushRecorder(client);
  const made = await Promise.all(["1", "2", "3"].map((digit) => record(push({ commit: hash(digit) }))));
  assert.deepEqual(made.map(({ build = "" }) => build).sort(), ["one-1", "one-2", "one-3"]);
  const listen = pushListener(record);
  const pushed = { namespace: "default", name: "one", before: hash("0"), after: hash("9"), at: NOON, user: "ann" };
  assert.deepEqual(await listen({ ...pushed, ref: "refs/tags/v1" }), []);
  assert.deepEqual(await listen({ ...pushed, ref: "refs/heads/main" }), [
    "Build one-4 was made.",
    "Follow it with: kts site show one -n default",
  ]);
  const build = await client.get(Build, { namespace: "default", name: "one-4" });
  assert.deepEqual(
    [build.spec.commit, build.spec.requestedBy, build.spec.receivedAt],
    [hash("9"), "ann", "2026-01-01T12:00:00.000000Z"],
  );
  assert.equal(build.metadata.ownerReferences?.[0]?.kind, "Site");
  const site = await client.get(Site, { namespace: "default", name: "one" });
  await client.update(Site, { ...site, metadata: { ...site.metadata, finalizers: ["x/y"] } });
  await client.delete(Site, { namespace: "default", name: "one" });
  await assert.rejects(record(push({ commit: hash("a") })), /the site one is being deleted/);
});
