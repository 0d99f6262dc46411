// Tokens and reviews: who is let in, judged by node's own signature check and a real API server's answers in memory.
import assert from "node:assert/strict";
import { createPublicKey, createVerify } from "node:crypto";
import { test } from "node:test";
import { type ApiRequest, createClient, type Transport } from "@knots/client";
import { createAuthority } from "@knots/host";
import type { KubeObject } from "@knots/machinery";
import { createVirtualClock, realClock, seededRandom } from "@knots/std";
import { kubernetesAccess } from "./access.ts";
import { base32 } from "./base32.ts";
import { tokenOf } from "./credentials.ts";
import { scopedTokens } from "./scoped-tokens.node.ts";

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
const headers: readonly [string, string | undefined, string | undefined][] = [
  ["nothing", undefined, undefined],
  ["a bearer token", "Bearer abc.def", "abc.def"],
  ["a password", basic("anybody:secret"), "secret"],
  ["a password with a colon", basic("x:a:b"), "a:b"],
  ["no password", basic("x:"), undefined],
  ["no pair", basic("x"), undefined],
  ["another scheme", "Digest abc", undefined],
  ["two words", "Bearer a b", undefined],
  ["far too much", `Bearer ${"a".repeat(20_000)}`, undefined],
];
for (const [name, header, token] of headers) test(`credentials: ${name}`, () => assert.equal(tokenOf(header), token));

test("base32 is that of RFC 4648", () => {
  const rows = [
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["foobar", "MZXW6YTBOI"],
  ];
  for (const [text = "", coded] of rows) assert.equal(base32(Buffer.from(text)), coded);
});

test("a scoped token is good for its audience and its time, and for nothing that was changed", async () => {
  const clock = createVirtualClock();
  const key = await createAuthority("tokens", realClock.now());
  const tokens = scopedTokens(key, clock, seededRandom(1));
  const access = [{ type: "repository", name: "team/site", actions: ["pull"] }];
  const { token } = tokens.issue({ subject: "build", audience: "a", access, seconds: 60 });
  assert.deepEqual(tokens.read(token, "a"), { subject: "build", access });
  assert.equal(tokens.read(token, "b"), undefined, "another audience");
  const [head, body = "", signature] = token.split(".");
  const more = Buffer.from(body, "base64url").toString().replace("pull", "push");
  assert.equal(
    tokens.read(`${head}.${Buffer.from(more).toString("base64url")}.${signature}`, "a"),
    undefined,
    "changed",
  );
  assert.equal(tokens.read("hello", "a"), undefined);
  const other = scopedTokens(await createAuthority("tokens", realClock.now()), clock, seededRandom(1));
  assert.equal(other.read(token, "a"), undefined, "signed by somebody else");
  const check = createVerify("sha256").update(`${head}.${body}`);
  const by = { key: createPublicKey(key.certificate), dsaEncoding: "ieee-p1363" as const };
  assert.ok(check.verify(by, Buffer.from(signature ?? "", "base64url")));
  await clock.advance(61_000);
  assert.equal(tokens.read(token, "a"), undefined, "too late");
});

test("callers are known by TokenReview, and their rights by SubjectAccessReview with all that is known of them", async () => {
  const asked: ApiRequest[] = [];
  const answers: Readonly<Record<string, object>> = {
    tokenreviews: { authenticated: true, user: { username: "ann", uid: "7", groups: ["dev"], extra: { k: ["v"] } } },
    subjectaccessreviews: { allowed: true },
  };
  const transport: Transport = {
    request(request) {
      asked.push(request);
      const status = answers[request.resource.resource];
      return Promise.resolve({ ...request.object, status } as unknown as KubeObject);
    },
    watch: () => Promise.reject(new Error("nothing is watched")),
  };
  const access = kubernetesAccess(createClient(transport));
  const caller = await access.authenticate("t");
  assert.deepEqual(caller, { username: "ann", uid: "7", groups: ["dev"], extra: { k: ["v"] } });
  assert.ok(await access.may(caller, "push", { namespace: "team", name: "site" }));
  const [, review] = asked.map(({ object }) => (object as unknown as { spec: object }).spec);
  const resourceAttributes = {
    namespace: "team",
    name: "site",
    verb: "push",
    group: "delivery.knots.dev",
    version: "v1alpha1",
    resource: "sites",
  };
  assert.deepEqual(review, { user: "ann", uid: "7", groups: ["dev"], extra: { k: ["v"] }, resourceAttributes });
});
