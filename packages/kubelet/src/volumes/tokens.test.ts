// Tokens: asked for once, renewed in time, kept while the server is away.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@knots/client";
import { ApiError, failure, type KubeObject } from "@knots/machinery";
import { createVirtualClock, formatTime, seededRandom, silentLogger } from "@knots/std";
import { aPod, NOON } from "../../../../testkit/objects.ts";
import { createPodTokens } from "./tokens.ts";

const HOUR = 3_600_000;
const pod = aPod("web-0", { spec: { serviceAccountName: "builder" } });
const source = { path: "token", expirationSeconds: 3600 };

function start() {
  const clock = createVirtualClock(NOON);
  const asked: KubeObject[] = [];
  const server = { down: false };
  const transport = {
    request: (request: { readonly object?: KubeObject; readonly name?: string; readonly subresource?: string }) => {
      if (server.down) return Promise.reject(new ApiError(failure(503, "ServiceUnavailable", "away")));
      assert.deepEqual([request.name, request.subresource], ["builder", "token"]);
      if (request.object) asked.push(request.object);
      const expirationTimestamp = formatTime(clock.now() + HOUR);
      const answer = { ...request.object, status: { token: `t${asked.length}`, expirationTimestamp } };
      return Promise.resolve(answer as KubeObject);
    },
    watch: () => Promise.reject(new Error("nobody watches tokens")),
  };
  const client = createClient(transport);
  const tokens = createPodTokens({ client, clock, random: seededRandom(1), log: silentLogger });
  return { clock, asked, tokens, server };
}

test("the token is bound to the pod and asked for once", async () => {
  const { tokens, asked } = start();
  assert.equal(await tokens.token(pod, source), "t1");
  assert.equal(await tokens.token(pod, source), "t1");
  assert.deepEqual((asked[0] as { spec?: unknown }).spec, {
    audiences: [],
    expirationSeconds: 3600,
    boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "web-0", uid: "web-0-uid" },
  });
});

test("it is renewed when 80 % of its life are over, a little earlier by chance", async () => {
  const { tokens, clock } = start();
  await tokens.token(pod, source);
  const due = (tokens.refreshAt("web-0-uid") ?? 0) - NOON;
  assert.ok(due <= 0.8 * HOUR && due >= 0.8 * HOUR - 10_000, `due after ${due}`);
  await clock.advance(due - 1);
  assert.equal(await tokens.token(pod, source), "t1");
  await clock.advance(1);
  assert.equal(await tokens.token(pod, source), "t2");
});

test("an old token serves while the server is away, until it ends", async () => {
  const { tokens, clock, server } = start();
  await tokens.token(pod, source);
  server.down = true;
  await clock.advance(0.9 * HOUR);
  assert.equal(await tokens.token(pod, source), "t1");
  assert.equal(tokens.refreshAt("web-0-uid"), clock.now() + 10_000, "and is asked for again soon");
  await clock.advance(0.2 * HOUR);
  await assert.rejects(tokens.token(pod, source), { message: "failed to fetch token: away" });
});

test("other audiences have other tokens; a pod that went is forgotten", async () => {
  const { tokens, asked } = start();
  await tokens.token(pod, source);
  await tokens.token(pod, { ...source, audience: "vault" });
  assert.equal(asked.length, 2);
  tokens.forget("web-0-uid");
  assert.equal(tokens.refreshAt("web-0-uid"), undefined);
  assert.equal(await tokens.token(pod, source), "t3");
});
