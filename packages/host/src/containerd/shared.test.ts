// Why nobody answers at a socket, told apart.
import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ContainerdAccessError, checkContainerdSocket, socketPath } from "./shared.node.ts";

test("flags name sockets with or without a scheme", () => {
  for (const text of ["unix:///run/c.sock", "unix:/run/c.sock", "/run/c.sock"])
    assert.equal(socketPath(text), "/run/c.sock", text);
});

test("nothing there, nobody behind it, no right to ask, and somebody who answers", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "knots-socket-"));
  const path = join(folder, "c.sock");
  const server = createServer((connection) => connection.destroy());
  t.after(async () => {
    process.seteuid?.(process.getuid?.() ?? 0);
    server.close();
    await rm(folder, { recursive: true });
  });
  const reason = async (socket: string): Promise<string> =>
    checkContainerdSocket(socket).then(
      () => "answers",
      (error: unknown) => (error instanceof ContainerdAccessError ? error.reason : String(error)),
    );
  assert.equal(await reason(path), "absent");
  await writeFile(join(folder, "file"), "");
  assert.equal(await reason(join(folder, "file")), "silent");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  assert.equal(await reason(path), "answers");
  if (process.getuid?.() !== 0) return;
  await chmod(folder, 0o711);
  await chmod(path, 0o600);
  process.seteuid?.(60_643);
  assert.equal(await reason(path), "denied");
});
