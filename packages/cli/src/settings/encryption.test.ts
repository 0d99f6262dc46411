// The flags of encryption at rest: what is refused, that another process is told the same, and when a cluster has a key of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type EncryptionSettings, encryptionFlags, encryptionOf, hasOwnEncryption } from "./encryption.ts";
import { UserError } from "./user-error.ts";

test("a file is needed where one is to be loaded again", () =>
  assert.throws(
    () => encryptionOf({ encryptionProviderConfigAutomaticReload: true }),
    (error) => error instanceof UserError && error.key === "error.needsFlag",
  ));

const rows: readonly (readonly [settings: EncryptionSettings, flags: string])[] = [
  [{}, ""],
  [{ encryptionProviderConfig: "/a.yaml" }, "--encryption-provider-config /a.yaml"],
  [
    { encryptionProviderConfig: "/a.yaml", encryptionProviderConfigAutomaticReload: true },
    "--encryption-provider-config /a.yaml --encryption-provider-config-automatic-reload",
  ],
];
for (const [settings, flags] of rows) {
  test(`the process that needs it is told: ${flags === "" ? "nothing" : flags}`, () => {
    assert.deepEqual(encryptionOf(settings), settings);
    assert.equal(encryptionFlags(settings).join(" "), flags);
  });
}

test("a cluster has a key of its own unless it is given a configuration or shares its store", () => {
  assert.equal(hasOwnEncryption({}), true);
  assert.equal(hasOwnEncryption({ encryptionProviderConfig: "/a.yaml" }), false);
  assert.equal(hasOwnEncryption({ etcdServers: ["https://10.0.0.1:2379"] }), false);
});
