// Priority and fairness on the wire: the headers, the refusal, what holds a seat and what does not, and one client beside a crowd.
import assert from "node:assert/strict";
import { Agent, request } from "node:https";
import { after, before, test } from "node:test";
import { ConfigMap, FlowSchema, PriorityLevelConfiguration } from "@knots/api";
import { type Client, createClient } from "@knots/client";
import { type Reply, type ServedApi, serveApi } from "../../../../testkit/served-api.ts";
import { LOOPBACK } from "../user.ts";

const TOKENS = ["anna", "ben", "carl"].map((name, uid) => `of-${name},${name},${uid}`).join("\n");
const MAPS = "/api/v1/namespaces/default/configmaps";
const agents: Agent[] = [];
let api: ServedApi;
let client: Client;

before(async () => {
  const limits = { inflight: { readonly: 40, mutating: 20 } };
  api = await serveApi({ server: { limits, tokenFile: TOKENS, authorization: "AlwaysAllow" } });
  client = createClient(api.server.transport(LOOPBACK));
  for (let count = 0; count < 800; count++) {
    const metadata = { name: `map-${count}`, namespace: "default" };
    await client.create(ConfigMap, { metadata, data: { text: "x".repeat(1000) } });
  }
});
after(async () => {
  for (const agent of agents) agent.destroy();
  await api.close();
});

type Answer = Pick<Reply, "status" | "headers" | "text">;

/** A user's connections, which stay open. */
function caller(user: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 60 });
  agents.push(agent);
  const open = (path: string, method = "GET", fields: Readonly<Record<string, string>> = {}) => {
    const headers = { authorization: `Bearer of-${user}`, ...fields };
    const address = { host: "127.0.0.1", port: api.port.port, ca: api.pem.ca };
    return request({ ...address, path, agent, method, headers });
  };
  const answerTo = (call: ReturnType<typeof open>): Promise<Answer> =>
    new Promise((resolve, reject) => {
      call.on("error", reject);
      call.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
    });
  const get = (path: string): Promise<Answer> => {
    const call = open(path);
    call.end();
    return answerTo(call);
  };
  return { open, answerTo, get };
}

test("an answer names its flow schema and its priority level (WIR-18)", async () => {
  const { headers } = await caller("anna").get(MAPS);
  const name = "global-default";
  const { metadata: schema } = await client.get(FlowSchema, { name });
  const { metadata: level } = await client.get(PriorityLevelConfiguration, { name });
  assert.equal(headers["x-kubernetes-pf-flowschema-uid"], schema.uid);
  assert.equal(headers["x-kubernetes-pf-prioritylevel-uid"], level.uid);
});

test("a full level refuses with 429, says when to come again, and watches hold no seat of it (WIR-17, WIR-18)", async () => {
  const limitResponse = { type: "Reject" as const };
  const limited = { nominalConcurrencyShares: 0, borrowingLimitPercent: 0, lendablePercent: 0, limitResponse };
  await client.create(PriorityLevelConfiguration, { metadata: { name: "one" }, spec: { type: "Limited", limited } });
  const subjects = [{ kind: "User" as const, user: { name: "carl" } }];
  const every = { verbs: ["*"], apiGroups: ["*"], resources: ["*"], namespaces: ["*"] };
  const rules = [{ subjects, resourceRules: [every] }];
  const spec = { priorityLevelConfiguration: { name: "one" }, matchingPrecedence: 50, rules };
  await client.create(FlowSchema, { metadata: { name: "carl" }, spec });
  const carl = caller("carl");

  const watch = carl.open(`${MAPS}?watch=1&resourceVersion=0`);
  const opened = new Promise((resolve) => watch.on("response", resolve));
  watch.on("error", () => undefined);
  watch.end();
  await opened;
  assert.equal((await carl.get(`${MAPS}/map-1`)).status, 200);

  const body = JSON.stringify({ metadata: { name: "slow" } });
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  const slow = carl.open(MAPS, "POST", headers);
  const made = carl.answerTo(slow);
  slow.write(body.slice(0, 5));
  let refused = await carl.get(`${MAPS}/map-1`);
  // Until the server has seen the beginning of the slow request, others are served.
  while (refused.status === 200) refused = await carl.get(`${MAPS}/map-1`);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers["retry-after"], "1");
  const { kind, reason, details } = JSON.parse(refused.text) as Record<string, unknown>;
  assert.deepEqual([kind, reason, details], ["Status", "TooManyRequests", { retryAfterSeconds: 1 }]);
  assert.equal((await caller("ben").get(`${MAPS}/map-1`)).status, 200);
  slow.end(body.slice(5));
  assert.equal((await made).status, 201);
  assert.equal((await carl.get(`${MAPS}/map-1`)).status, 200);
  watch.destroy();
});

test("one client does not starve another: small reads are answered long before a crowd of lists", async () => {
  const [anna, ben] = [caller("anna"), caller("ben")];
  await Promise.all([anna.get("/version"), ben.get("/version")]);
  let done = 0;
  const crowd = Array.from({ length: 120 }, async () => {
    const { status } = await anna.get(MAPS);
    assert.equal(status, 200);
    done++;
  });
  for (let count = 0; count < 5; count++) assert.equal((await ben.get(`${MAPS}/map-${count}`)).status, 200);
  const before = done;
  await Promise.all(crowd);
  assert.ok(before < 60, `${before} of 120 lists were answered before five small reads in a row`);
});
