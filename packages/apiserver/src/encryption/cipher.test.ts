// The ciphers: vectors that others published, round trips, and bytes that nobody sealed.
import assert from "node:assert/strict";
import { createCipheriv, createHmac } from "node:crypto";
import { test } from "node:test";
import { nodeCiphers } from "./cipher.node.ts";
import type { Ciphers } from "./cipher.ts";

const hex = (text: string): Uint8Array => Buffer.from(text, "hex");
const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");
const nothing = new Uint8Array();

test("AES-GCM reads what upstream wrote in 2022, where it was written", () => {
  const cipher = nodeCiphers.aesgcm(utf8("snorlax_awesomes"));
  const sealed = hex("9f27c8fcea8a58c467d8e437dbf2d85955f9b4bd912f4ef967d788a0cb07797dac0a3f0a0845605ca85ac8562b4ae1");
  assert.equal(Buffer.from(cipher.open(sealed, utf8("bamboo"))).toString(), "pandas are the best");
  assert.throws(() => cipher.open(sealed, utf8("birch")), /message authentication failed/);
});

test("AES-CBC has the vector of NIST SP 800-38A (F.2.5) and PKCS #7 behind it", () => {
  const key = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
  const start = hex("000102030405060708090a0b0c0d0e0f");
  const plain = hex("6bc1bee22e409f96e93d7e117393172a");
  const openssl = createCipheriv("aes-256-cbc", key, start);
  const body = Buffer.concat([openssl.update(plain), openssl.final()]);
  assert.equal(body.subarray(0, 16).toString("hex"), "f58c4c04d6e5f1ba779eabfb5f7bfbd6");
  assert.deepEqual(Buffer.from(nodeCiphers.aescbc(key).open(Buffer.concat([start, body]), nothing)), plain);
});

test("secretbox has the vector of NaCl", () => {
  const key = hex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
  const nonce = hex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
  const plain = hex(
    "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705",
  );
  const box = hex(
    "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5",
  );
  assert.deepEqual(Buffer.from(nodeCiphers.secretbox(key).open(Buffer.concat([nonce, box]), nothing)), plain);
});

test("a seed makes the key of each value as upstream's KMS version 2 does", () => {
  const seed = Buffer.alloc(32, 1);
  const info = Buffer.alloc(32, 2);
  // The first block of the expansion of RFC 5869.
  const key = createHmac("sha256", seed)
    .update(Buffer.concat([info, Buffer.of(1)]))
    .digest();
  const inner = nodeCiphers.aesgcm(key).seal(utf8("plain"), utf8("place"));
  const sealed = Buffer.concat([info, inner]);
  assert.equal(Buffer.from(nodeCiphers.seeded(seed).open(sealed, utf8("place"))).toString(), "plain");
  assert.throws(() => nodeCiphers.seeded(Buffer.alloc(31)), /invalid seed length 31/);
});

type KeyedCipher = Exclude<keyof Ciphers, "random">;

interface Row {
  readonly cipher: KeyedCipher;
  readonly sizes: readonly number[];
  /** Bytes that a value of 100 becomes longer by. */
  readonly overhead: number;
  /** Whether a changed byte is noticed for certain, and another place. */
  readonly authentic: boolean;
  readonly bound: boolean;
}

const rows: readonly Row[] = [
  { cipher: "aesgcm", sizes: [16, 24, 32], overhead: 12 + 16, authentic: true, bound: true },
  { cipher: "aescbc", sizes: [16, 24, 32], overhead: 16 + 12, authentic: false, bound: false },
  { cipher: "seeded", sizes: [32], overhead: 32 + 12 + 16, authentic: true, bound: true },
  { cipher: "secretbox", sizes: [32], overhead: 24 + 16, authentic: true, bound: false },
];
const place = utf8("/registry/secrets/a/b");

for (const { cipher, sizes, overhead, authentic, bound } of rows) {
  test(`${cipher}: what was sealed opens, never looks the same twice, and other bytes do not open`, () => {
    for (const size of sizes) {
      const key = Buffer.alloc(size, 7);
      const one = nodeCiphers[cipher](key);
      const other = nodeCiphers[cipher](Buffer.alloc(size, 8));
      for (const length of [0, 1, 15, 16, 17, 100, 5000]) {
        const plain = Buffer.alloc(length, "secret text ");
        const sealed = one.seal(plain, place);
        if (length === 100) assert.equal(sealed.length, length + overhead);
        assert.deepEqual(Buffer.from(one.open(sealed, place)), plain);
        assert.notDeepEqual(sealed, one.seal(plain, place));
        assert.ok(!Buffer.from(sealed).includes("secret text"));
        assert.throws(() => one.open(sealed.subarray(0, overhead - 13), place));
        const elsewhere = utf8("/registry/secrets/a/c");
        if (bound) assert.throws(() => one.open(sealed, elsewhere));
        else assert.deepEqual(Buffer.from(one.open(sealed, elsewhere)), plain);
        if (!authentic) continue;
        assert.throws(() => other.open(sealed, place), /message authentication failed/);
        for (const at of [0, 12, sealed.length - 1]) {
          const changed = Uint8Array.from(sealed);
          changed[at] = (changed[at] ?? 0) ^ 1;
          assert.throws(() => one.open(changed, place), /message authentication failed/);
        }
      }
    }
  });
}
