// Under which name a write is recorded.
import assert from "node:assert/strict";
import { test } from "node:test";
import { authenticated } from "../../user.ts";
import { managerOf } from "./manager-name.ts";

test("the manager of a write", () => {
  const rows: readonly (readonly [
    sentence: string,
    manager: string | undefined,
    agent: string | undefined,
    user: string,
    name: string,
  ])[] = [
    ["the option", "me", "kubectl/v1.33.0", "admin", "me"],
    ["the program of the User-Agent", undefined, "kubectl/v1.33.0 (linux/amd64)", "admin", "kubectl"],
    ["an agent without a version", undefined, "curl", "admin", "curl"],
    ["an empty option counts for nothing", "", "curl/8", "admin", "curl"],
    ["what cannot be printed is left out", undefined, "a\u0007b\u00e9/1", "admin", "abé"],
    ["long agents are cut, between characters", undefined, `${"a".repeat(127)}é/1`, "admin", "a".repeat(127)],
    ["no agent over HTTP", undefined, "", "admin", "unknown"],
    ["no program in the agent", undefined, "/1", "admin", "unknown"],
    ["a component of ours over HTTPS", undefined, "knots", "system:node:one", "kubelet"],
    ["our transport in other hands", undefined, "knots", "someone", "knots"],
    ["in process: a component", undefined, undefined, "system:kube-scheduler", "kube-scheduler"],
    ["in process: anybody else", undefined, undefined, "system:serviceaccount:shop:robot", "robot"],
  ];
  for (const [sentence, manager, userAgent, user, name] of rows) {
    const options = manager === undefined ? {} : { fieldManager: manager };
    assert.equal(managerOf({ options, userAgent, user: authenticated(user), warn: () => {} }), name, sentence);
  }
});
