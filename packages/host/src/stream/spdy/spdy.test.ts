// SPDY: the dictionary's known checksum, frames in pieces, streams against the pretended runtime.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { realClock } from "@knots/std";
import fc from "fast-check";
import { startFakeRuntime } from "../testing/fake-runtime.node.ts";
import { openUpgrade } from "../upgrade.node.ts";
import { createSpdyConnection } from "./connection.node.ts";
import { SPDY_DICTIONARY } from "./dictionary.ts";
import { controlFrame, createFrameParser, dataFrame, FRAME, MAX_CONTROL, numbers } from "./frames.ts";

test("the dictionary is SPDY/3's: compressed blocks begin as everywhere", () => {
  assert.equal(SPDY_DICTIONARY.length, 1423);
  assert.equal(deflateSync("x", { dictionary: SPDY_DICTIONARY }).subarray(0, 6).toString("hex"), "78bbe3c6a7c2");
});

const frames = fc.array(
  fc.oneof(
    fc.record({
      stream: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      flags: fc.constantFrom(0, 1),
      body: fc.uint8Array({ maxLength: 300 }),
    }),
    fc.record({
      type: fc.integer({ min: 1, max: 9 }),
      flags: fc.constantFrom(0, 1),
      body: fc.uint8Array({ maxLength: 300 }),
    }),
  ),
  { maxLength: 8 },
);

test("frames are read however the bytes are cut", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, cuts) => {
      const bytes = Buffer.concat(
        sent.map((one) =>
          "stream" in one ? dataFrame(one.stream, one.flags, one.body) : controlFrame(one.type, one.flags, one.body),
        ),
      );
      const seen: string[] = [];
      let pieces: Uint8Array[] = [];
      const parser = createFrameParser({
        control: (type, flags, body) => seen.push(`control ${type} ${flags} ${Buffer.from(body).toString("hex")}`),
        data(stream, flags, piece) {
          pieces.push(Buffer.from(piece));
          const all = Buffer.concat(pieces).toString("hex");
          const wanted = expected[seen.length] ?? "";
          if (wanted !== `data ${stream} ${flags} ${all}`) return;
          seen.push(wanted);
          pieces = [];
        },
      });
      const expected = sent.map((one) => {
        const body = Buffer.from(one.body).toString("hex");
        return "stream" in one ? `data ${one.stream} ${one.flags} ${body}` : `control ${one.type} ${one.flags} ${body}`;
      });
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const next = at + (cuts[turn % cuts.length] ?? 1);
        parser.push(bytes.subarray(at, next));
        at = next;
      }
      assert.deepEqual(seen, expected);
    }),
  );
});

const broken: readonly (readonly [sentence: string, bytes: Uint8Array])[] = [
  ["HTTP is not SPDY", Buffer.from("\x80\x02HTTP/1.1 400", "latin1")],
  ["a control frame beyond the limit", Buffer.concat([controlFrame(FRAME.ping, 0, new Uint8Array(MAX_CONTROL + 1))])],
];
for (const [sentence, bytes] of broken) {
  test(`refused: ${sentence}`, () => {
    const parser = createFrameParser({ control: () => {}, data: () => {} });
    assert.throws(() => parser.push(bytes));
  });
}

async function connect(url: string, protocol: string) {
  const headers = { connection: "Upgrade", upgrade: "SPDY/3.1", "x-stream-protocol-version": protocol };
  const upgraded = await openUpgrade({ target: { url: new URL(url) }, method: "POST", headers, clock: realClock });
  assert.ok(upgraded.switched);
  return createSpdyConnection(upgraded.socket, upgraded.head);
}

const readAll = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
};

test("many streams over one connection, each with its own end", async (t) => {
  const runtime = await startFakeRuntime();
  t.after(() => runtime.close());
  const connection = await connect(runtime.portForward, "portforward.k8s.io");
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      const headers = { port: String(n), requestid: String(n) };
      const error = await connection.open({ ...headers, streamtype: "error" });
      const data = await connection.open({ ...headers, streamtype: "data" });
      data.end(`hello ${n}`);
      const [text, fault] = await Promise.all([readAll(data), readAll(error)]);
      error.end();
      return text + fault;
    }),
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 50 }, (_, n) => `${n}:HELLO ${n}`),
  );
  connection.close();
  await connection.closed;
  await runtime.idle();
});

test("a reader that is slow holds the sender back, and loses nothing", async (t) => {
  const runtime = await startFakeRuntime();
  t.after(() => runtime.close());
  const connection = await connect(runtime.exec("flood", ["stdout"]), "v4.channel.k8s.io");
  const [error, stdout] = [
    await connection.open({ streamtype: "error" }),
    await connection.open({ streamtype: "stdout" }),
  ];
  await new Promise((resolve) => stdout.once("readable", resolve));
  assert.ok(stdout.readableLength < 2 * 1024 * 1024, `${stdout.readableLength} bytes are held`);
  assert.equal((await readAll(stdout)).length, 32 * 1024 * 1024);
  assert.match(await readAll(error), /"Success"/);
  connection.close();
});

test("a server that dies ends every stream", async (t) => {
  const runtime = await startFakeRuntime();
  t.after(() => runtime.close());
  const connection = await connect(runtime.exec("sleep", ["stdout"]), "v4.channel.k8s.io");
  const stdout = await connection.open({ streamtype: "stdout" });
  const error = await connection.open({ streamtype: "error" });
  await new Promise((resolve) => stdout.once("readable", resolve));
  runtime.kill();
  assert.deepEqual([await readAll(stdout), await readAll(error)], ["asleep", ""]);
  await connection.closed;
  await assert.rejects(connection.open({ streamtype: "stdin" }), { message: "the connection is closed" });
});

test("numbers are big-endian", () => assert.deepEqual([...numbers(1, 0x01020304)], [0, 0, 0, 1, 1, 2, 3, 4]));
