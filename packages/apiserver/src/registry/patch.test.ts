// Patches that do not fit, as clients hear of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type ServedApi, serveApi } from "../../../../testkit/served-api.ts";

const maps = "/api/v1/namespaces/default/configmaps";
let api: ServedApi;
before(async () => {
  api = await serveApi();
  const body = JSON.stringify({ metadata: { name: "a" }, data: { constructor: "1" } });
  await api.ask(maps, { method: "POST", headers: { "content-type": "application/json" }, body });
});
after(() => api.close());

const patched = (type: string, body: unknown) =>
  api.ask(`${maps}/a`, {
    method: "PATCH",
    headers: { "content-type": `application/${type}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

test("a JSON patch that does not fit is invalid, in upstream's words alone", async () => {
  const reply = await patched("json-patch+json", [{ op: "remove", path: "/data/absent" }]);
  const { status } = reply;
  const { reason, message, details } = reply.json();
  assert.deepEqual(
    { status, reason, message, details },
    {
      status: 422,
      reason: "Invalid",
      message: "the server rejected our request due to an error in our request",
      details: {},
    },
  );
});

test("a JSON patch of too many operations is too large", async () => {
  const patch = Array.from({ length: 10_001 }, () => ({ op: "test", path: "/kind", value: "ConfigMap" }));
  const reply = await patched("json-patch+json", patch);
  assert.deepEqual([reply.status, reply.json().reason], [413, "RequestEntityTooLarge"]);
  assert.match(reply.json().message, /maximum operations in a JSON patch is 10000, got 10001$/);
});

test("keys that every object inherits are kept through each kind of patch, and owned", async () => {
  const odd = '{"data":{"__proto__":"x","toString":"y"}}';
  for (const type of ["merge-patch+json", "strategic-merge-patch+json"]) {
    const { status, text } = await patched(type, odd);
    assert.equal(status, 200, text);
    assert.match(text, /"__proto__":"x"/);
    assert.match(text, /"toString":"y"/);
    await patched("json-patch+json", [{ op: "remove", path: "/data/__proto__" }]);
  }
  const apply = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {"__proto__": z, constructor: "1"}\n';
  const { status, text } = await api.ask(`${maps}/a?fieldManager=me`, {
    method: "PATCH",
    headers: { "content-type": "application/apply-patch+yaml" },
    body: apply,
  });
  assert.equal(status, 200, text);
  assert.match(text, /"__proto__":"z"/);
  assert.match(text, /"f:__proto__":\{\}/);
  assert.match(text, /"f:constructor":\{\}/);
});
