// Watches on the wire: frames of protobuf, events of every type, WebSocket in both formats, and how soon events arrive.
import assert from "node:assert/strict";
import { request } from "node:https";
import { after, before, test } from "node:test";
import { ConfigMap } from "@knots/api";
import { createClient } from "@knots/client";
import {
  decodeMessage,
  field,
  type JsonObject,
  type ObjectNode,
  object,
  openProtobuf,
  PartialSchemas,
  PROTOBUF_TYPE,
  StatusSchema,
  string,
} from "@knots/machinery";
import WebSocket from "ws";
import { type ServedApi, serveApi } from "../../../../testkit/served-api.ts";
import { expired } from "../errors.ts";
import { LOOPBACK } from "../user.ts";
import { jsonCodec } from "./codec.ts";
import { negotiateStream } from "./negotiate.ts";
import { protobufCodec } from "./protobuf-codec.ts";
import { schemasOf } from "./schemas.ts";
import { eventEncoder } from "./watch-events.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi();
});
after(() => api.close());

const MAPS = "/api/v1/namespaces/default/configmaps";
const FRAMES = `${PROTOBUF_TYPE};stream=watch`;
const META = "g=meta.k8s.io;v=v1";

const post = (name: string): Promise<unknown> =>
  api.ask(MAPS, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ metadata: { name }, data: { a: "b" } }),
  });
const revision = async (): Promise<string> => (await api.ask(MAPS)).json().metadata.resourceVersion;

interface Event {
  readonly type: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}
/** `WatchEvent` as it is on the wire: the object is a message that holds bytes. */
const wireEvent: ObjectNode = object("test.WatchEvent", {
  type: field(1, string(), "Type."),
  object: field(2, object("test.RawExtension", { raw: field(1, { type: "bytes" }, "Envelope.") }), "Object."),
});

function eventIn(frame: Uint8Array): Event {
  const { type, object: held } = decodeMessage(wireEvent, frame) as { type: string; object: { raw: string } };
  const { apiVersion, kind, raw } = openProtobuf(Buffer.from(held.raw, "base64"));
  return { type, kind: `${apiVersion}/${kind}`, raw };
}

function eventsIn(bytes: Buffer): readonly Event[] {
  const events: Event[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    events.push(eventIn(bytes.subarray(at + 4, end)));
    at = end;
  }
  return events;
}

async function watched(query: string, count: number, accept = FRAMES): Promise<readonly Event[]> {
  let seen = Buffer.alloc(0);
  const onPiece = (piece: Buffer): boolean => {
    seen = Buffer.concat([seen, piece]);
    return eventsIn(seen).length < count;
  };
  const reply = await api.ask(`${MAPS}?watch=1&timeoutSeconds=10&${query}`, { headers: { accept }, onPiece });
  assert.deepEqual([reply.status, reply.headers["content-type"]], [200, FRAMES], reply.text);
  return eventsIn(reply.bytes);
}
const nameIn = (schema: ObjectNode, { raw }: Event): unknown =>
  (decodeMessage(schema, raw)["metadata"] as JsonObject)["name"];

test("frames of protobuf tell of additions, changes and deletions (WIR-08)", async () => {
  const from = await revision();
  const client = createClient(api.server.transport(LOOPBACK));
  const made = await client.create(ConfigMap, { metadata: { name: "life", namespace: "default" }, data: { a: "b" } });
  await client.update(ConfigMap, { ...made, data: { a: "c" } });
  await client.delete(ConfigMap, { namespace: "default", name: "life" });
  for (const accept of [FRAMES, PROTOBUF_TYPE]) {
    const events = await watched(`resourceVersion=${from}`, 3, accept);
    assert.deepEqual(
      events.map(({ type, kind }) => `${type} ${kind}`),
      ["ADDED v1/ConfigMap", "MODIFIED v1/ConfigMap", "DELETED v1/ConfigMap"],
    );
    assert.deepEqual(
      events.map(({ raw }) => (decodeMessage(ConfigMap.schema, raw)["data"] as JsonObject)["a"]),
      ["b", "c", "c"],
    );
  }
});

test("a bookmark after the initial events is an object with nothing but its revision (WIR-08)", async () => {
  await post("first");
  const query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
  const count = (await api.ask(MAPS)).json().items.length as number;
  const events = await watched(query, count + 1);
  const last = events.at(-1);
  assert.deepEqual([last?.type, last?.kind], ["BOOKMARK", "v1/ConfigMap"]);
  const { metadata } = decodeMessage(ConfigMap.schema, last?.raw ?? new Uint8Array()) as { metadata: JsonObject };
  assert.match(String(metadata["resourceVersion"]), /^\d+$/);
  assert.deepEqual(metadata["annotations"], { "k8s.io/initial-events-end": "true" });
});

test("a history that is gone is a Status in protobuf: the answer, or the last event of what was begun (WIR-08)", async () => {
  const served = await serveApi({ server: { limits: { history: 1 } } });
  try {
    const client = createClient(served.server.transport(LOOPBACK));
    const { metadata } = await client.create(ConfigMap, { metadata: { name: "old", namespace: "default" } });
    for (let count = 0; count < 5; count++) {
      await client.create(ConfigMap, { metadata: { name: `later-${count}`, namespace: "default" } });
    }
    const path = `${MAPS}?watch=1&timeoutSeconds=10&resourceVersion=${metadata.resourceVersion}`;
    const reply = await served.ask(path, { headers: { accept: FRAMES } });
    assert.deepEqual([reply.status, reply.headers["content-type"]], [410, PROTOBUF_TYPE]);
    assert.equal(decodeMessage(StatusSchema, openProtobuf(reply.bytes).raw)["reason"], "Expired");
  } finally {
    await served.close();
  }
  const { shape, stream } = negotiateStream(`${PROTOBUF_TYPE};as=PartialObjectMetadata;${META}`, ConfigMap);
  const schemaOf = schemasOf(api.server.table);
  const encode = eventEncoder({ kind: ConfigMap, shape, stream, schemaOf, includeObject: null, now: () => 0 }, false);
  const event = eventIn(encode({ type: "ERROR", object: expired("too old").status }));
  assert.deepEqual([event.type, event.kind], ["ERROR", "v1/Status"]);
  assert.equal(decodeMessage(StatusSchema, event.raw)["code"], 410);
});

test("metadata alone is watched in protobuf, rows of tables are not (WIR-08, WIR-12)", async () => {
  await post("meta");
  const accept = `${PROTOBUF_TYPE};as=PartialObjectMetadata;${META}`;
  const [event] = await watched("resourceVersion=0&fieldSelector=metadata.name%3Dmeta", 1, accept);
  assert.ok(event);
  assert.deepEqual([event.type, event.kind], ["ADDED", "meta.k8s.io/v1/PartialObjectMetadata"]);
  const schema = PartialSchemas[event.kind] as ObjectNode;
  assert.equal(nameIn(schema, event), "meta");
  assert.equal(event.raw.length < 400, true, "no data in it");
  for (const [wish, offered] of [
    [
      `${PROTOBUF_TYPE};as=Table;${META}`,
      /application\/json;stream=watch, application\/vnd.kubernetes.protobuf;stream=watch$/,
    ],
    ["application/yaml", /only the following media types are accepted: application\/json;stream=watch/],
  ] as const) {
    const reply = await api.ask(`${MAPS}?watch=1`, { headers: { accept: wish } });
    assert.equal(reply.status, 406);
    const { message } = decodeStatus(reply.bytes);
    assert.match(String(message), offered);
  }
});

/** A Status in whatever format a refusal has. */
function decodeStatus(bytes: Buffer): JsonObject {
  if (bytes.subarray(0, 3).toString() === "k8s") return decodeMessage(StatusSchema, openProtobuf(bytes).raw);
  const text = bytes.toString();
  return text.startsWith("{")
    ? (JSON.parse(text) as JsonObject)
    : { message: /message: >?-?\s*(.*)/.exec(text)?.[1] ?? text };
}

interface Socket {
  readonly protocol: string;
  readonly message: Buffer;
  readonly binary: boolean;
}
function firstMessage(path: string, headers: Readonly<Record<string, string>>, protocols: readonly string[] = []) {
  const { port, pem } = api;
  const socket = new WebSocket(`wss://127.0.0.1:${port.port}${path}`, [...protocols], { ...pem, headers });
  return new Promise<Socket>((resolve, reject) => {
    socket.on("error", reject);
    socket.once("message", (message: Buffer, binary) => {
      resolve({ protocol: socket.protocol, message, binary });
      socket.terminate();
    });
  });
}

test("a watch over WebSocket is text in JSON and bytes in protobuf, each event one message (WATCH-23)", async () => {
  await post("socket");
  const path = `${MAPS}?watch=1&resourceVersion=0&fieldSelector=metadata.name%3Dsocket`;
  const json = await firstMessage(path, {});
  assert.equal(json.binary, false);
  const event = JSON.parse(json.message.toString()) as { type: string; object: { metadata: { name: string } } };
  assert.deepEqual([event.type, event.object.metadata.name], ["ADDED", "socket"]);
  const bytes = await firstMessage(path, { accept: FRAMES });
  assert.equal(bytes.binary, true);
  const found = eventIn(bytes.message);
  assert.deepEqual([found.type, nameIn(ConfigMap.schema, found)], ["ADDED", "socket"]);
});

test("of the subprotocols that a browser offers the first is agreed on, and never the one with its token (WATCH-23)", async () => {
  const path = `${MAPS}?watch=1&resourceVersion=0`;
  const token = `base64url.bearer.authorization.k8s.io.${Buffer.from("nobody").toString("base64url")}`;
  assert.equal((await firstMessage(path, {}, ["v1.example", "v2.example"])).protocol, "v1.example");
  assert.equal((await firstMessage(path, {}, [token, "v1.example"])).protocol, "v1.example");
});

/** Calls back with the name of the object of each event as it comes; resolves when the watch is open. */
function follow(from: string, heard: (name: string) => void): Promise<() => void> {
  const path = `${MAPS}?watch=1&resourceVersion=${from}`;
  const headers = { "accept-encoding": "gzip" };
  const call = request({ host: "127.0.0.1", port: api.port.port, path, headers, ...api.pem, agent: false });
  call.end();
  return new Promise((resolve, reject) => {
    call.once("error", reject);
    call.on("response", (response) => {
      assert.equal(response.headers["content-encoding"], undefined, "events are not held back to be compressed");
      assert.equal(response.headers["transfer-encoding"], "chunked");
      let rest = "";
      response.on("data", (piece: Buffer) => {
        const lines = (rest + piece.toString()).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          heard((JSON.parse(line) as { object: { metadata: { name: string } } }).object.metadata.name);
        }
      });
      response.on("error", () => undefined);
      resolve(() => call.destroy());
    });
  });
}

/** Milliseconds from the answer to a write until its event is here; negative when the event was faster. */
async function latencies(count: number): Promise<readonly number[]> {
  const arrived = new Map<string, number>();
  const all = Promise.withResolvers<void>();
  const stop = await follow(await revision(), (name) => {
    arrived.set(name, performance.now());
    if (arrived.size === count) all.resolve();
  });
  const written: number[] = [];
  for (let index = 0; index < count; index++) {
    await post(`soon-${index}`);
    written.push(performance.now());
  }
  await all.promise;
  stop();
  return written.map((time, index) => (arrived.get(`soon-${index}`) ?? Number.POSITIVE_INFINITY) - time);
}

test("an event is on its way as soon as its write is answered (WATCH-24)", async (context) => {
  const sorted = (await latencies(41)).toSorted((a, b) => a - b);
  const median = sorted[20] ?? Number.POSITIVE_INFINITY;
  context.diagnostic(`median ${median.toFixed(2)} ms, slowest ${sorted.at(-1)?.toFixed(2)} ms after the answer`);
  assert.ok(median < 10, `half of the events came later than ${median} ms after the answer to their write`);
});

test("a thousand watchers of one object have it encoded once (WIR-08)", () => {
  const reads = { protobuf: 0, json: 0 };
  const objectOf = (format: keyof typeof reads) =>
    Object.freeze({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "one" },
      get data() {
        reads[format]++;
        return { a: "b" };
      },
    });
  const streams = { protobuf: protobufCodec.stream, json: jsonCodec.stream };
  for (const format of ["protobuf", "json"] as const) {
    const event = { type: "ADDED", object: objectOf(format) };
    for (let watcher = 0; watcher < 1000; watcher++) streams[format]?.encode(event, () => ConfigMap.schema, true);
  }
  assert.deepEqual(reads, { protobuf: 1, json: 1 });
});
