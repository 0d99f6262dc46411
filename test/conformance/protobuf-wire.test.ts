// Protobuf over HTTPS: every built-in kind created from a protobuf body, read back, listed, watched and written again, beside the JSON of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { builtinKinds } from "@knots/api";
import {
  type AnyKind,
  apiVersionOf,
  decodeMessage,
  decodeObject,
  decodeProtobuf,
  encodeProtobuf,
  type JsonObject,
  listSchemaOf,
  openProtobuf,
  PROTOBUF_TYPE,
  StatusSchema,
} from "@knots/machinery";
import { type Sample, sampleObjects } from "../../testkit/sample-objects.ts";
import { type Reply, type ServedApi, serveApi } from "../../testkit/served-api.ts";

let api: ServedApi;
before(async () => {
  api = await serveApi({ server: { disableAdmission: ["ServiceAccount"] } });
});
after(() => api.close());

const PROTOBUF = { accept: PROTOBUF_TYPE, "content-type": PROTOBUF_TYPE };

function kindOf(apiVersion: string, name: string): AnyKind {
  const kind = builtinKinds.find((one) => apiVersionOf(one) === apiVersion && one.kind === name);
  assert.ok(kind, `${apiVersion} ${name} is built in`);
  return kind;
}

function collection({ group, version, scope, plural }: AnyKind): string {
  const base = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${base}${scope === "Namespaced" ? "/namespaces/default" : ""}/${plural}`;
}

/** A protobuf body of an object that a client wrote as JSON. */
function bodyOf(kind: AnyKind, sample: object): Uint8Array {
  return encodeProtobuf(kind.schema, decodeObject(kind.schema, sample as never));
}

/** The object in an answer that has to be in protobuf. */
function objectIn(kind: AnyKind, reply: Reply, code = 200): JsonObject {
  assert.equal(reply.headers["content-type"], PROTOBUF_TYPE, reply.text);
  if (reply.status !== code) assert.fail(JSON.stringify(decodeMessage(StatusSchema, openProtobuf(reply.bytes).raw)));
  const envelope = openProtobuf(reply.bytes);
  assert.deepEqual([envelope.apiVersion, envelope.kind], [apiVersionOf(kind), kind.kind]);
  return decodeProtobuf(kind.schema, envelope);
}

/** What JSON says of the same object, in the canonical form that protobuf is decoded to. */
async function jsonOf(kind: AnyKind, path: string): Promise<JsonObject> {
  const reply = await api.ask(path, { headers: { accept: "application/json" } });
  assert.equal(reply.status, 200, reply.text);
  return decodeObject(kind.schema, reply.json());
}

/** Events in the frames of a stream, as far as they are complete. */
function framesIn(bytes: Buffer): readonly Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (at + 4 + length > bytes.length) break;
    frames.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return frames;
}

/** The type of an event and the bytes of its object's envelope: fields 1 and 2, and field 1 of the second. */
function eventIn(frame: Buffer): { readonly type: string; readonly envelope: Buffer } {
  assert.equal(frame[0], 0x0a);
  const size = frame[1] ?? 0;
  const type = frame.subarray(2, 2 + size).toString();
  const start = frame.indexOf("k8s\0", 2 + size);
  assert.ok(start > 0);
  return { type, envelope: frame.subarray(start) };
}

/** The first `count` events of a watch. */
async function watched(path: string, count: number): Promise<readonly Buffer[]> {
  let seen = Buffer.alloc(0);
  const onPiece = (piece: Buffer): boolean => {
    seen = Buffer.concat([seen, piece]);
    return framesIn(seen).length < count;
  };
  const headers = { accept: `${PROTOBUF_TYPE};stream=watch` };
  const reply = await api.ask(`${path}&watch=true&timeoutSeconds=5`, { headers, onPiece });
  assert.equal(reply.headers["content-type"], `${PROTOBUF_TYPE};stream=watch`);
  return framesIn(reply.bytes);
}

async function checkList(kind: AnyKind, path: string, object: JsonObject): Promise<void> {
  const reply = await api.ask(path, { headers: PROTOBUF });
  const envelope = openProtobuf(reply.bytes);
  assert.deepEqual([envelope.apiVersion, envelope.kind], [apiVersionOf(kind), kind.listKind]);
  const { metadata, items } = decodeMessage(listSchemaOf(kind), envelope.raw) as unknown as {
    readonly metadata: { readonly resourceVersion: string };
    readonly items: readonly JsonObject[];
  };
  assert.match(metadata.resourceVersion, /^\d+$/);
  const nameOf = (one: JsonObject): unknown => (one["metadata"] as JsonObject)["name"];
  const { apiVersion: _apiVersion, kind: _kind, ...fields } = object;
  assert.deepEqual(
    items.find((item) => nameOf(item) === nameOf(object)),
    fields,
  );
}

async function check(kind: AnyKind, sample: Sample): Promise<void> {
  const path = collection(kind);
  const at = `${path}/${sample.metadata.name}`;
  const body = bodyOf(kind, sample);
  const made = objectIn(kind, await api.ask(path, { method: "POST", headers: PROTOBUF, body }), 201);
  assert.deepEqual(made, await jsonOf(kind, at));
  assert.deepEqual(objectIn(kind, await api.ask(at, { headers: PROTOBUF })), made);
  await checkList(kind, path, made);
  const [frame] = await watched(`${path}?resourceVersion=0&fieldSelector=metadata.name%3D${sample.metadata.name}`, 1);
  assert.ok(frame);
  const { type, envelope } = eventIn(frame);
  assert.equal(type, "ADDED");
  assert.deepEqual(decodeProtobuf(kind.schema, openProtobuf(envelope)), made);
  const same = { method: "PUT", headers: PROTOBUF, body: encodeProtobuf(kind.schema, made) };
  assert.deepEqual(objectIn(kind, await api.ask(at, same)), made, "writing what is there makes no revision");
}

const covered = new Set<string>();
for (const sample of sampleObjects) {
  const kind = kindOf(sample.apiVersion, sample.kind);
  covered.add(`${sample.apiVersion} ${sample.kind}`);
  test(`${sample.apiVersion} ${sample.kind} in and out in protobuf, alone, listed and watched (WIR-06, WIR-07, WIR-08)`, () =>
    check(kind, sample));
}

test("no kind that can be created and watched is left out (WIR-06)", () => {
  const stored = builtinKinds.filter(({ verbs }) => verbs.includes("create") && verbs.includes("watch"));
  assert.deepEqual(
    stored.map((kind) => `${apiVersionOf(kind)} ${kind.kind}`).filter((name) => !covered.has(name)),
    [],
  );
});
