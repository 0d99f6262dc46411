// Randomness: the platform's bytes are handed out once each, ids have their form, the same seed gives the same sequence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { platformRandom, seededRandom, uuid } from "./random.ts";

test("the platform's bytes come in any length, and none twice", () => {
  const seen = new Set<string>();
  for (let round = 0; round < 2000; round++) seen.add(Buffer.from(platformRandom.bytes(16)).toString("hex"));
  assert.equal(seen.size, 2000);
  for (const length of [0, 1, 4095, 4096, 4097, 65_536]) {
    const bytes = platformRandom.bytes(length);
    assert.equal(bytes.length, length);
    if (length > 1000) assert.ok(new Set(bytes).size > 200, "all kinds of bytes");
  }
});

test("what was handed out belongs to whoever asked", () => {
  const first = platformRandom.bytes(8);
  const copy = Uint8Array.from(first);
  first.fill(0);
  for (let round = 0; round < 1000; round++) assert.notDeepEqual(platformRandom.bytes(8), copy);
});

test("numbers fill their range evenly", () => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (let round = 0; round < 10_000; round++) {
    const value = platformRandom.below(10);
    counts[value] = (counts[value] ?? 0) + 1;
    const part = platformRandom.next();
    assert.ok(part >= 0 && part < 1);
  }
  for (const count of counts) assert.ok(count > 800 && count < 1200, counts.join(" "));
});

test("ids are UUIDs of version 4; the same seed gives the same ones", () => {
  const form = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
  assert.match(uuid(platformRandom), form);
  assert.match(uuid(seededRandom(1)), form);
  assert.equal(uuid(seededRandom(7)), uuid(seededRandom(7)));
  assert.notEqual(uuid(seededRandom(7)), uuid(seededRandom(8)));
});
