// Several API servers behind the `kubernetes` Service: who comes is added, who leaves or dies is taken off, the last one stays.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock, silentLogger } from "@knots/std";
import { type EmbeddedStore, openMemoryStore, StoreError } from "@knots/store";
import { type Peers, startPeers } from "./peers.ts";

const clock = createVirtualClock();

function stage() {
  const store = openMemoryStore({ clock });
  let shown = "";
  const silent = new Set<string>();
  const start = (address: string): Promise<Peers> => {
    // A server that is cut off from the store.
    const cut = async <T>(work: () => Promise<T>): Promise<T> => {
      if (silent.has(address)) throw new StoreError("unavailable", "cut off");
      return work();
    };
    const through: Pick<EmbeddedStore, "txn" | "range" | "grant" | "revoke" | "keepAlive"> = {
      txn: (txn: Parameters<typeof store.txn>[0]) => cut(() => store.txn(txn)),
      range: (options: Parameters<typeof store.range>[0]) => cut(() => store.range(options)),
      grant: (seconds: number) => cut(() => store.grant(seconds)),
      revoke: (id: number) => cut(() => store.revoke(id)),
      keepAlive: (id: number) => cut(() => store.keepAlive(id)),
    };
    return startPeers({
      store: through,
      clock,
      log: silentLogger,
      self: { address, port: 6443 },
      publish: async (peers) => {
        shown = peers.map((peer) => `${peer.address}:${peer.port}`).join(" ");
      },
    });
  };
  const cutOff = (...names: string[]): void => {
    silent.clear();
    for (const name of names) silent.add(name);
  };
  return { store, start, shown: () => shown, cutOff };
}

test("servers that come and leave are shown at once, and the last one stays", async () => {
  const { store, start, shown } = stage();
  const one = await start("10.0.0.1");
  assert.equal(shown(), "10.0.0.1:6443");
  const two = await start("10.0.0.2");
  assert.equal(shown(), "10.0.0.1:6443 10.0.0.2:6443");
  await one.close();
  assert.equal(shown(), "10.0.0.2:6443");
  await two.close();
  assert.equal(shown(), "10.0.0.2:6443");
  await store.close();
});

test("a server that falls silent is taken off within twenty seconds, and comes back by itself", async () => {
  const { store, start, shown, cutOff } = stage();
  const [one, two] = [await start("10.0.0.1"), await start("10.0.0.2")];
  await clock.advance(60_000);
  assert.equal(shown(), "10.0.0.1:6443 10.0.0.2:6443");
  cutOff("10.0.0.1");
  await clock.advance(9_000);
  assert.equal(shown(), "10.0.0.1:6443 10.0.0.2:6443");
  await clock.advance(11_000);
  assert.equal(shown(), "10.0.0.2:6443");
  cutOff();
  await clock.advance(5_000);
  assert.equal(shown(), "10.0.0.1:6443 10.0.0.2:6443");
  cutOff("10.0.0.1");
  await Promise.all([one.close(), two.close()]);
  await store.close();
});

test("a quiet server makes no revision", async () => {
  const { store, start } = stage();
  const one = await start("10.0.0.1");
  const { revision } = store.status();
  await clock.advance(3_600_000);
  assert.equal(store.status().revision, revision);
  await one.close();
  await store.close();
});
