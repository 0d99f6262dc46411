// The flags that name an etcd: what is refused, and that another process is told the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type EtcdSettings, etcdFlags, etcdOf } from "./etcd.ts";
import { UserError } from "./user-error.ts";

const refused: readonly (readonly [string, EtcdSettings, string])[] = [
  ["an address without a scheme", { etcdServers: ["10.0.0.1:2379"] }, "error.etcdServer"],
  ["a URL with a path", { etcdServers: ["https://10.0.0.1:2379/v3"] }, "error.etcdServer"],
  ["a certificate for nobody", { etcdCertfile: "/pki/etcd.crt" }, "error.etcdAlone"],
];
for (const [what, raw, key] of refused) {
  test(`${what} is refused`, () =>
    assert.throws(
      () => etcdOf(raw),
      (error: unknown) => error instanceof UserError && error.key === key,
    ));
}

test("nothing named, nothing told", () => assert.deepEqual(etcdFlags(etcdOf({})), []));

test("every setting is told to the process that needs it", () => {
  const settings: EtcdSettings = {
    etcdServers: ["https://10.0.0.1:2379", "https://10.0.0.2:2379"],
    etcdCafile: "/pki/ca.crt",
    etcdCertfile: "/pki/client.crt",
    etcdKeyfile: "/pki/client.key",
    etcdPrefix: "/mine",
  };
  assert.deepEqual(etcdOf(settings), settings);
  assert.equal(
    etcdFlags(settings).join(" "),
    "--etcd-servers https://10.0.0.1:2379,https://10.0.0.2:2379 --etcd-cafile /pki/ca.crt --etcd-certfile /pki/client.crt --etcd-keyfile /pki/client.key --etcd-prefix /mine",
  );
});
