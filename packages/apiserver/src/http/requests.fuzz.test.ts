// Whole requests near valid ones, against a whole server: every one is answered, soon, and never with a fault of the server's own.
import assert from "node:assert/strict";
import { builtinKinds } from "@knots/api";
import { createVirtualClock, seededRandom, settle, silentLogger } from "@knots/std";
import { openTestStore } from "../../../../testkit/etcd/test-store.ts";
import { fuzz, TEXT } from "../../../../testkit/fuzz/fuzz.ts";
import { nestedLists, nestedObjects } from "../../../../testkit/fuzz/hostile.ts";
import { sampleObjects } from "../../../../testkit/sample-objects.ts";
import { nodeCrypto } from "../authentication/crypto.node.ts";
import { createApiServer } from "../server.ts";
import { authenticated, MASTERS_GROUP } from "../user.ts";
import type { HandlerParts } from "./call.ts";
import { createDocuments } from "./documents.ts";
import type { HttpRequest } from "./exchange.ts";
import { handleExchange } from "./handler.ts";
import { schemasOf } from "./schemas.ts";

const clock = createVirtualClock();
const random = seededRandom(1);
const server = await createApiServer({ store: await openTestStore(clock), clock, random, kinds: builtinKinds });
const admin = authenticated("admin", [MASTERS_GROUP]);
const parts: HandlerParts = {
  server,
  clock,
  random,
  log: silentLogger,
  checks: [],
  documents: createDocuments(server.table, nodeCrypto),
  schemaOf: schemasOf(server.table),
  authenticate: async () => admin,
  gzip: async (bytes) => bytes,
  address: "127.0.0.1:6443",
  origins: [],
  limits: { body: 3 * 1024 * 1024, timeout: 60_000 },
};

/** A request as text: a line with method and target, lines of headers, an empty line, the body. */
function parsed(text: string, signal: AbortSignal): HttpRequest {
  const end = text.indexOf("\n\n");
  const [first = "", ...lines] = (end < 0 ? text : text.slice(0, end)).split("\n");
  const [method = "", target = ""] = first.split(" ");
  const mark = target.indexOf("?");
  const body = new TextEncoder().encode(end < 0 ? "" : text.slice(end + 2));
  return {
    method: method.toUpperCase(),
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
    headers: Object.fromEntries(
      lines.map((line): [string, string] => {
        const [name = "", ...value] = line.split(": ");
        return [name.toLowerCase(), value.join(": ")];
      }),
    ),
    signal,
    body: async () => body,
  };
}

/** Turns of the event loop after which the clock moves on, the client leaves, and an answer is missing. */
const TURNS = { late: 30, left: 60, missing: 120 };

/** Status and body of the answer. Waits of the server are passed over, watches are left. */
async function answerTo(text: string): Promise<{ readonly status: number; readonly body: string }> {
  const leave = new AbortController();
  const answer = { status: 0, body: "" };
  const hear = (bytes: Uint8Array | undefined): void => {
    if (answer.body.length < 10_000) answer.body += Buffer.from(bytes ?? []).toString();
  };
  const response = {
    get started() {
      return answer.status !== 0;
    },
    head(status: number) {
      answer.status = status;
    },
    write: async (bytes: Uint8Array) => hear(bytes),
    end: hear,
    abort: () => {},
  };
  let done = false;
  const working = handleExchange(parts, { request: parsed(text, leave.signal), response }).then(() => {
    done = true;
  });
  for (let turn = 0; !done; turn++) {
    if (turn === TURNS.missing) throw new Error("no answer");
    if (turn === TURNS.left) leave.abort();
    if (turn >= TURNS.late) await clock.advance(4000);
    else await settle();
  }
  await working;
  return answer;
}

class Refused extends Error {}

const put = (target: string, body: unknown, type = "application/json", method = "POST"): string =>
  `${method} ${target}\ncontent-type: ${type}\naccept: application/json\n\n${typeof body === "string" ? body : JSON.stringify(body)}`;
const patch = (type: string, body: unknown, of = "configmaps/here"): string =>
  put(`/api/v1/namespaces/default/${of}?fieldManager=me`, body, `application/${type}`, "PATCH");
const metadata = { name: "here", namespace: "default" };
const map = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { a: "1" } };

function collection(apiVersion: string, kind: string): string | undefined {
  const found = server.table.byKind(apiVersion, kind);
  if (!found) return undefined;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${found.scope === "Namespaced" ? "/namespaces/default" : ""}/${found.plural}`;
}

const creations = sampleObjects.flatMap((sample) => {
  const target = collection(sample.apiVersion, sample.kind);
  return target === undefined ? [] : [put(`${target}?dryRun=All`, sample)];
});
const made = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } },
  { apiVersion: "v1", kind: "Service", metadata: { name: "here" }, spec: { ports: [{ port: 80, name: "http" }] } },
  map,
];
for (const object of made) {
  const { status, body } = await answerTo(put(collection("v1", object.kind) ?? "", object));
  assert.equal(status, 201, body);
}

fuzz({
  name: "requests",
  form: TEXT,
  samples: [
    "GET /api/v1/namespaces/default/configmaps?limit=1&labelSelector=a%3Db\naccept: application/json;as=Table;v=v1;g=meta.k8s.io\n\n",
    "GET /api/v1/namespaces/default/configmaps/here\naccept: application/yaml\n\n",
    "GET /api/v1/pods?watch=1&resourceVersion=0&timeoutSeconds=1&allowWatchBookmarks=true\n\n",
    "GET /apis/apps/v1\n\n",
    "GET /openapi/v3/apis/apps/v1\n\n",
    "GET /at/1/api/v1/namespaces/default/configmaps\n\n",
    'DELETE /api/v1/namespaces/default/pods?fieldSelector=metadata.name%3Dx&dryRun=All\n\n{"propagationPolicy":"Orphan"}',
    put("/api/v1/namespaces/default/configmaps/here", map, "application/json", "PUT"),
    put("/api/v1/namespaces/default/configmaps?fieldValidation=Strict&dryRun=All", {
      ...map,
      metadata: { generateName: "x-" },
    }),
    put("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb: "get", resource: "pods" } },
    }),
    patch("json-patch+json", [
      { op: "test", path: "/data/a", value: "1" },
      { op: "add", path: "/metadata/labels", value: { "a~1b": "c" } },
      { op: "copy", from: "/data/a", path: "/data/b" },
      { op: "remove", path: "/metadata/labels/a~01b" },
    ]),
    patch("merge-patch+json", { metadata: { annotations: { x: null, y: "z" } }, data: { b: "2" } }),
    patch("strategic-merge-patch+json", {
      metadata: { $patch: "merge", finalizers: ["example.com/x"] },
      "$setElementOrder/x": [],
    }),
    patch("apply-patch+yaml", `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: here}\ndata:\n  a: "1"\n`),
    ...creations,
  ].map((text) => text.replace("labels/a~01b", "labels/a~1b").replace('"a~1b":', '"a/b":')),
  tokens: [
    "null",
    "[]",
    "{}",
    '""',
    "0",
    "-1",
    "1e999",
    "9007199254740993",
    "true",
    '"__proto__":{"x":1},',
    '"constructor":{"x":1},',
    '"$patch":"delete",',
    '"$retainKeys":[],',
    '"metadata":null,',
    '"spec":null,',
    '"name":"../x",',
    '"managedFields":[{}],',
    "?watch=1&",
    "&limit=",
    "&continue=",
    "&resourceVersion=",
    "&resourceVersionMatch=Exact",
    "%00",
    "%2f",
    "status",
    "/status",
    "/scale",
    "/at/",
    "Impersonate-User: x\n",
    "\u0000",
    "é",
  ],
  hostile: [
    {
      says: "owners of fields that are deep",
      input: () =>
        put(
          "/api/v1/namespaces/default/configmaps/here",
          {
            ...map,
            metadata: {
              ...metadata,
              managedFields: [
                {
                  manager: "m",
                  operation: "Update",
                  apiVersion: "v1",
                  fieldsType: "FieldsV1",
                  fieldsV1: { [`k:{"a":${nestedLists()}}`]: {} },
                },
              ],
            },
          },
          "application/json",
          "PUT",
        ),
    },
    {
      says: "a body that is deep",
      input: () => put("/api/v1/namespaces/default/configmaps", nestedObjects()),
      refused: true,
    },
    {
      says: "free JSON at the limit of depth",
      input: () =>
        put(
          "/apis/apps/v1/namespaces/default/controllerrevisions",
          `{"apiVersion":"apps/v1","kind":"ControllerRevision","metadata":{"name":"deep"},"revision":1,"data":${nestedObjects(500)}}`,
        ),
    },
    ...[{ dryRun: {} }, { dryRun: 5 }, { gracePeriodSeconds: "x" }, { preconditions: [] }, [], 5].map((body) => ({
      says: `options of a deletion that are ${JSON.stringify(body)}`,
      refused: true,
      input: () => put("/api/v1/namespaces/default/configmaps/here", body, "application/json", "DELETE"),
    })),
    {
      says: "copies of copies",
      refused: true,
      input: () =>
        patch(
          "json-patch+json",
          Array.from({ length: 60 }, () => ({ op: "copy", from: "/data", path: "/data/x" })),
        ),
    },
    {
      says: "copies of all that was copied",
      refused: true,
      input: () =>
        patch("json-patch+json", [
          { op: "add", path: "/metadata/finalizers", value: ["a"] },
          ...Array.from({ length: 60 }, () => ({ op: "copy", from: "/metadata", path: "/metadata/annotations" })),
        ]),
    },
    {
      says: "more operations than a patch may have",
      refused: true,
      input: () =>
        patch(
          "json-patch+json",
          Array.from({ length: 10_001 }, () => ({ op: "test", path: "", value: 1 })),
        ),
    },
    {
      says: "operations at the front of a long list",
      input: () =>
        patch("json-patch+json", [
          { op: "add", path: "/metadata/finalizers", value: Array(100_000).fill("a") },
          ...Array.from({ length: 5000 }, () => ({ op: "add", path: "/metadata/finalizers/0", value: "b" })),
        ]),
    },
    {
      says: "a long order of a long list",
      input: () => {
        const finalizers = Array.from({ length: 60_000 }, (_, index) => `example.com/${index}`);
        return patch("strategic-merge-patch+json", {
          metadata: { finalizers, "$setElementOrder/finalizers": finalizers.toReversed() },
        });
      },
    },
    {
      says: "a long list of structures, and a long order",
      input: () => {
        const ports = Array.from({ length: 30_000 }, (_, port) => ({ port, name: `p${port}` }));
        return patch(
          "strategic-merge-patch+json",
          { spec: { ports, "$setElementOrder/ports": ports.map(({ port }) => ({ port })).toReversed() } },
          "services/here",
        );
      },
    },
    {
      says: "an apply of many items",
      input: () =>
        patch(
          "apply-patch+yaml",
          JSON.stringify({
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "applied" },
            spec: { ports: Array.from({ length: 30_000 }, (_, port) => ({ port, name: `p${port}` })) },
          }),
          "services/applied",
        ),
    },
    {
      says: "many unknown fields",
      input: () =>
        put("/api/v1/namespaces/default/configmaps?fieldValidation=Strict", {
          ...map,
          ...Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`x${index}`, 0])),
        }),
      refused: true,
    },
    {
      says: "many wrong labels",
      input: () =>
        put("/api/v1/namespaces/default/configmaps", {
          ...map,
          metadata: {
            name: "x",
            labels: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`-${index}`, "-"])),
          },
        }),
      refused: true,
    },
    {
      says: "a revision from the future",
      input: () => "GET /api/v1/pods?resourceVersion=9007199254740991\n\n",
      refused: true,
    },
  ],
  async run(text) {
    const { status, body } = await answerTo(text);
    // Too late is no fault: revisions from the future are waited for.
    if (status === 504) throw new Refused();
    // Some faults of clients are 500 upstream too; they have no reason.
    assert.ok(status >= 200 && (status < 500 || !/InternalError|ServiceUnavailable/.test(body)), `${status}: ${body}`);
    if (status >= 400) throw new Refused(body);
  },
  declared: (error) => error instanceof Refused,
  longest: 8192,
  rounds: 1500,
});
