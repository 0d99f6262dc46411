// The protocol of KMS plugins on the wire: gRPC frames on a unix socket, against a server that knows HTTP/2 alone.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type ServerHttp2Stream } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { seededRandom } from "@knots/std";
import { kmsMethods } from "./messages.ts";
import { fakeKms } from "./plugin.fixture.ts";
import { connectKms } from "./plugin.ts";

const { status, encrypt, decrypt } = kmsMethods;

/** Answers one call: a frame is a flag, a length of four bytes, and the message. */
function serve(stream: ServerHttp2Stream, answer: (message: Uint8Array) => Promise<Uint8Array>): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => {
    const finish = (code: number, message: string, body?: Uint8Array): void => {
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(code), "grpc-message": message }));
      if (!body) return void stream.end();
      const head = Buffer.alloc(5);
      head.writeUInt32BE(body.length, 1);
      stream.end(Buffer.concat([head, body]));
    };
    answer(Buffer.concat(chunks).subarray(5)).then(
      (body) => finish(0, "", body),
      (error: unknown) => finish(13, error instanceof Error ? error.message : ""),
    );
  });
}

test("a plugin is asked for its status, encrypts and decrypts, and its refusals are told", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-kms-"));
  t.after(() => rm(folder, { recursive: true }));
  const socket = join(folder, "kms.sock");
  const kms = fakeKms();
  const uids: string[] = [];
  const calls: Readonly<Record<string, (message: Uint8Array) => Promise<Uint8Array>>> = {
    "/v2.KeyManagementService/Status": async () => status.response.encode(await kms.status()),
    async "/v2.KeyManagementService/Encrypt"(message) {
      const { plain, uid } = encrypt.request.decode(message);
      uids.push(uid);
      return encrypt.response.encode(await kms.encrypt(plain));
    },
    async "/v2.KeyManagementService/Decrypt"(message) {
      const { seed, uid } = decrypt.request.decode(message);
      uids.push(uid);
      return decrypt.response.encode({ plain: await kms.decrypt(seed) });
    },
  };
  const server = createServer();
  server.on("stream", (stream: ServerHttp2Stream, headers) => {
    const call = calls[String(headers[":path"])];
    assert.ok(call, String(headers[":path"]));
    serve(stream, call);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const plugin = connectKms({ endpoint: `unix://${socket}`, timeout: 2000 }, seededRandom(1));
  t.after(() => {
    plugin.close();
    server.close();
  });
  assert.deepEqual(await plugin.status(), { version: "v2", healthz: "ok", keyId: "one" });
  const seed = await plugin.encrypt(Buffer.from("0123456789"));
  assert.deepEqual(seed, await kms.encrypt(Buffer.from("0123456789")));
  assert.equal(Buffer.from(await plugin.decrypt(seed)).toString(), "0123456789");
  assert.equal(new Set(uids).size, 2);
  kms.lost.add("one");
  await assert.rejects(plugin.decrypt(seed), /key one is gone/);
});

test("a plugin that is not there fails within its time", async () => {
  const plugin = connectKms({ endpoint: "unix:///nowhere/kms.sock", timeout: 300 }, seededRandom(1));
  await assert.rejects(plugin.status());
  plugin.close();
});
