// The small parts: messages on the wire, keys and their prefix, what failures mean, which versions are believed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { prefixEnd, UNBOUNDED } from "../keys.ts";
import { judge, outcomeUnknown } from "./failure.ts";
import { createKeyspace } from "./keyspace.ts";
import { RangeRequest, TxnRequest, TxnResponse, WatchRequest } from "./messages.ts";
import type { CallFailure } from "./port.ts";
import { reportsProgress } from "./version.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("messages are written as protobuf has it, and what is zero is left out", () => {
  assert.equal(
    hex(RangeRequest.encode({ key: "a", rangeEnd: "\0", limit: 0, revision: 300, keysOnly: true })),
    "0a0161120100" + "20ac02" + "4001",
  );
  assert.equal(hex(WatchRequest.encode({ progress: {} })), "1a00", "an empty choice is still a choice");
  const put = { put: { key: "k", value: Buffer.from("v") } };
  assert.equal(hex(TxnRequest.encode({ success: [put] })), "1208" + "1206" + "0a016b" + "120176");
});

test("what is not known is passed over, ids of 64 bits lose only their last digits", () => {
  // header { cluster_id: 2^64 - 1, revision: 7 }, succeeded, a field 9 from the future
  const bytes = Buffer.from("0a0d08ffffffffffffffffff01" + "1807" + "1001" + "4a0178", "hex");
  const { header, succeeded, responses } = TxnResponse.decode(bytes);
  assert.deepEqual([header?.revision, succeeded, responses], [7, true, []]);
});

const keys = createKeyspace("/elsewhere/", "/registry/");

test("keys stand below the prefix in place of the root, and only those", () => {
  assert.equal(keys.toWire("/registry/pods/a"), "/elsewhere/pods/a");
  assert.equal(keys.fromWire("/elsewhere/pods/a"), "/registry/pods/a");
  assert.throws(() => keys.toWire("/other"), { code: "invalid" });
  assert.ok(!keys.owns(keys.clockKey));
});

const ranges: readonly (readonly [string, string, string | undefined, readonly [string, string] | undefined])[] = [
  ["one key", "/registry/a", undefined, ["/elsewhere/a", ""]],
  ["one key outside", "/other", undefined, undefined],
  ["a prefix", "/registry/pods/", prefixEnd("/registry/pods/"), ["/elsewhere/pods/", "/elsewhere/pods0"]],
  ["the whole root", "/registry/", prefixEnd("/registry/"), ["/elsewhere/", "/elsewhere0"]],
  ["everything", "", UNBOUNDED, ["/elsewhere/", "/elsewhere0"]],
  ["from before the root into it", "/a", "/registry/c", ["/elsewhere/", "/elsewhere/c"]],
  ["from within to after the root", "/registry/c", "/z", ["/elsewhere/c", "/elsewhere0"]],
  ["what lies before the root", "/a", "/b", undefined],
  ["what lies after the root", "/s", UNBOUNDED, undefined],
  ["a range whose end comes first", "/registry/z", "/registry/a", undefined],
];
for (const [what, start, end, expected] of ranges) {
  test(`a range in etcd: ${what}`, () => {
    const range = keys.range({ start, end });
    assert.deepEqual(range && [range.key, range.rangeEnd], expected);
  });
}

test("a range with our own keys covers both", () => {
  assert.deepEqual(keys.withOwn({ key: "/elsewhere/q", rangeEnd: "/elsewhere/r" }), {
    key: "/elsewhere.knots/",
    rangeEnd: "/elsewhere/r",
  });
  assert.equal(keys.withOwn({ key: "/elsewhere/q", rangeEnd: "" }).rangeEnd, "/elsewhere/q\0");
});

const failure = (code: string, details: string, sent = true): CallFailure =>
  Object.assign(new Error(details), { code, details, sent });

const verdicts: readonly (readonly [CallFailure, string, string])[] = [
  [failure("UNAVAILABLE", "no connection within 2000 ms", false), "unavailable", "again, had no effect"],
  [failure("UNAVAILABLE", "Connection dropped"), "unavailable", "again, nobody knows"],
  [failure("UNAVAILABLE", "etcdserver: no leader"), "unavailable", "again, had no effect"],
  [
    failure("UNAVAILABLE", "etcdserver: request timed out, possibly due to previous leader failure"),
    "unavailable",
    "again, nobody knows",
  ],
  [failure("UNAVAILABLE", "etcdserver: leader changed"), "unavailable", "again, nobody knows"],
  [failure("DEADLINE_EXCEEDED", "Deadline exceeded"), "unavailable", "again, nobody knows"],
  [failure("UNKNOWN", "raft proposal dropped"), "unavailable", "again, nobody knows"],
  [failure("OUT_OF_RANGE", "etcdserver: mvcc: required revision has been compacted"), "compacted", "final"],
  [failure("OUT_OF_RANGE", "etcdserver: mvcc: required revision is a future revision"), "future-revision", "final"],
  [failure("NOT_FOUND", "etcdserver: requested lease not found"), "lease", "final"],
  [failure("INVALID_ARGUMENT", "etcdserver: too many operations in txn request"), "invalid", "final"],
  [failure("INVALID_ARGUMENT", "etcdserver: request is too large"), "invalid", "final"],
  [failure("RESOURCE_EXHAUSTED", "etcdserver: mvcc: database space exceeded"), "full", "final"],
  [failure("RESOURCE_EXHAUSTED", "etcdserver: too many requests"), "busy", "final"],
  [failure("PERMISSION_DENIED", "etcdserver: permission denied"), "denied", "final"],
  [failure("DATA_LOSS", "etcdserver: corrupt cluster"), "corrupt", "final"],
];
for (const [call, code, meaning] of verdicts) {
  test(`${call.code} "${call.message}" is ${code}: ${meaning}`, () => {
    const { again, definite, error } = judge(call);
    assert.equal(error.code, code);
    assert.equal(again ? `again, ${definite ? "had no effect" : "nobody knows"}` : "final", meaning);
    assert.equal(outcomeUnknown(call).code, "unknown-outcome");
  });
}

const versions: readonly (readonly [string, boolean])[] = [
  ["3.3.27", false],
  ["3.4.23", false],
  ["3.4.30", false],
  ["3.4.31", true],
  ["3.5.12", false],
  ["3.5.13", true],
  ["3.6.0", true],
  ["3.6.0-rc.1", true],
  ["4.0.0", true],
  ["", false],
  ["not a version", false],
];
for (const [version, believed] of versions) {
  test(`etcd ${version || "without a version"} is ${believed ? "" : "not "}believed about progress`, () =>
    assert.equal(reportsProgress(version), believed));
}
