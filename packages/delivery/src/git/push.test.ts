// A push on the wire: commands, reports, and what is said to the pusher.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { banded, FLUSH, MAX_PAYLOAD, packet, readPackets } from "./pkt-line.ts";
import { parseCommands, refusedUpdates } from "./push-commands.ts";
import { accepted, parseReport, refusalAnswer, userLine } from "./push-report.ts";
import { answerReader } from "./receive-answer.ts";

const [A, B, ZERO] = ["a".repeat(40), "b".repeat(40), "0".repeat(40)];
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const list = (...lines: string[]): Uint8Array => Buffer.concat([...lines.map(packet), FLUSH]);

test("property: packets are read back as written, at any cut", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), fc.nat(), (payloads, cut) => {
      const bytes = Buffer.concat(payloads.map(packet));
      const whole = readPackets(bytes);
      assert.deepEqual(
        whole.packets.map((one) => [...(one ?? [])]),
        payloads.map((one) => [...one]),
      );
      const part = readPackets(bytes.subarray(0, cut % (bytes.length + 1)));
      const rest = readPackets(bytes.subarray(part.end));
      assert.equal(part.packets.length + rest.packets.length, payloads.length);
    }),
  );
});

test("a payload that fits no packet is refused, and so is a length that is none", () => {
  assert.throws(() => packet(new Uint8Array(MAX_PAYLOAD + 1)), /holds 65516 bytes/);
  assert.throws(() => readPackets(Buffer.from("00xx")), /not a packet length/);
});

const commandRows: readonly [string, Uint8Array, readonly string[] | undefined | RegExp][] = [
  ["a new branch", list(`${ZERO} ${A} refs/heads/main\0 report-status side-band-64k agent=git/2`), ["refs/heads/main"]],
  [
    "several updates",
    list(`${A} ${B} refs/heads/a\0report-status`, `${A} ${ZERO} refs/tags/v1`),
    ["refs/heads/a", "refs/tags/v1"],
  ],
  [
    "a shallow clone names its borders first",
    list(`shallow ${A}`, `${A} ${B} refs/heads/a\0report-status`),
    ["refs/heads/a"],
  ],
  ["nothing at all (a probe for the login)", FLUSH, []],
  ["an unfinished list", packet(`${A} ${B} refs/heads/a\0x`), undefined],
  ["something else", list("hello"), /not a push command/],
];
for (const [name, bytes, expected] of commandRows) {
  test(`commands: ${name}`, () => {
    if (expected instanceof RegExp) return assert.throws(() => parseCommands(bytes), expected);
    const commands = parseCommands(bytes);
    assert.deepEqual(
      commands?.updates.map(({ ref }) => ref),
      expected,
    );
    if (commands) assert.equal(commands.end, bytes.length);
  });
}

test("capabilities come with the first command, and the pack begins after the list", () => {
  const head = list(`${A} ${B} refs/heads/a\0 report-status side-band-64k`);
  const commands = parseCommands(Buffer.concat([head, Buffer.from("PACK")]));
  assert.deepEqual([...(commands?.capabilities ?? [])], ["report-status", "side-band-64k"]);
  assert.equal(commands?.end, head.length);
});

const refRows: readonly [string, string | undefined][] = [
  ["refs/heads/main", undefined],
  ["refs/tags/v1", undefined],
  ["refs/heads/", "only branches and tags may be pushed"],
  ["refs/pull/1/head", "only branches and tags may be pushed"],
  ["HEAD", "only branches and tags may be pushed"],
];
for (const [ref, reason] of refRows) {
  test(`${ref} is ${reason === undefined ? "taken" : "refused"}`, () => {
    assert.equal(refusedUpdates([{ ref, before: ZERO, after: A }], 10).get(ref), reason);
  });
}

test("more updates than allowed are refused as a whole", () => {
  const updates = ["x", "y"].map((name) => ({ ref: `refs/heads/${name}`, before: ZERO, after: A }));
  assert.equal(refusedUpdates(updates, 1).size, 2);
});

test("a report tells what took effect; updates to the same object and refused ones did not", () => {
  const report = parseReport(
    list(
      "unpack ok\n",
      "ok refs/heads/a\n",
      "option old-oid x\n",
      "ng refs/heads/b non-fast-forward\n",
      "ok refs/heads/c\n",
    ),
  );
  assert.ok(report);
  const updates = [
    { ref: "refs/heads/a", before: A, after: B },
    { ref: "refs/heads/b", before: A, after: B },
    { ref: "refs/heads/c", before: A, after: A },
    { ref: "refs/heads/d", before: A, after: B },
  ];
  assert.deepEqual(
    accepted(updates, report).map(({ ref }) => ref),
    ["refs/heads/a"],
  );
  assert.equal(report.refs.get("refs/heads/b"), "non-fast-forward");
  assert.deepEqual(accepted(updates, { ...report, unpack: "index-pack abnormal exit" }), []);
  assert.equal(parseReport(list("hello")), undefined);
});

test("property: of an answer, user text passes at once and in order, the report is held, wherever chunks are cut", () => {
  const report = list("unpack ok\n", "ok refs/heads/a\n");
  const answer = Buffer.concat([
    userLine("one"),
    banded(1, report.subarray(0, 9)),
    userLine("two"),
    banded(1, report.subarray(9)),
    FLUSH,
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat(answer.length)), (cuts) => {
      const reader = answerReader(true);
      const borders = [0, ...cuts.sort((a, b) => a - b), answer.length];
      const passed = borders.slice(1).map((end, index) => reader.take(answer.subarray(borders[index], end)));
      assert.equal(text(Buffer.concat(passed)), text(Buffer.concat([userLine("one"), userLine("two")])));
      assert.equal(text(reader.report), text(report));
      assert.equal(reader.held.length, report.length + 2 * 5);
    }),
  );
});

test("without side-band the whole answer is the report", () => {
  const report = list("unpack ok\n");
  const reader = answerReader(false);
  assert.equal(reader.take(report).length, 0);
  assert.deepEqual([text(reader.report), text(reader.held)], [text(report), text(report)]);
});

test("a refusal names each reference, and says more to clients that listen", () => {
  const updates = [
    { ref: "refs/heads/a", before: ZERO, after: A },
    { ref: "refs/x", before: ZERO, after: A },
  ];
  const refusal = { lines: ["sorry"], reasons: new Map([["refs/x", "no"]]), other: "not alone" };
  const plain = refusalAnswer({ updates, capabilities: new Set(["report-status"]), end: 0 }, refusal);
  assert.deepEqual(
    [...(parseReport(plain)?.refs ?? [])],
    [
      ["refs/heads/a", "not alone"],
      ["refs/x", "no"],
    ],
  );
  const reader = answerReader(true);
  const said = reader.take(refusalAnswer({ updates, capabilities: new Set(["side-band-64k"]), end: 0 }, refusal));
  assert.match(text(said), /sorry\n/);
  assert.deepEqual(parseReport(reader.report), parseReport(plain));
});
