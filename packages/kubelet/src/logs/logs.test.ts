// Container logs: lines as a table, queries as a table, files that are read, rotated and followed.
import assert from "node:assert/strict";
import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parseLogLine } from "./line.ts";
import { linesBackwards, openLog } from "./lines.node.ts";
import { parseLogQuery } from "./options.ts";
import { type ReadLogOptions, readLog } from "./read.node.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (part: Uint8Array): string => new TextDecoder().decode(part);
const T = "2026-01-01T12:00:00.123456789Z";

const lines: readonly (readonly [sentence: string, line: string, expected: string | undefined])[] = [
  ["a whole line", `${T} stdout F hello world`, "stdout whole |hello world|"],
  ["a piece of a line", `${T} stderr P hel`, "stderr piece |hel|"],
  ["more tags", `${T} stdout P:x:y hel`, "stdout piece |hel|"],
  ["a tag that only begins with P is no piece", `${T} stdout PX hel`, "stdout whole |hel|"],
  ["an empty line", `${T} stdout F `, "stdout whole ||"],
  ["an empty line without its last blank", `${T} stdout F`, "stdout whole ||"],
  ["blanks belong to the content", `${T} stdout F   a b `, "stdout whole |  a b |"],
  ["a time with an offset", "2026-01-01T12:00:00+08:00 stdout F a", "stdout whole |a|"],
  ["another stream", `${T} stdin F a`, undefined],
  ["no time", "yesterday stdout F a", undefined],
  ["an endless first word", `${"x".repeat(100)} stdout F a`, undefined],
  ["no tags", `${T} stdout`, undefined],
  ["nothing", "", undefined],
];
for (const [sentence, line, expected] of lines) {
  test(sentence, () => {
    const found = parseLogLine(bytes(line));
    const shown = found && `${found.stream} ${found.complete ? "whole" : "piece"} |${text(found.content)}|`;
    assert.equal(shown, expected);
  });
}

const NOW = Date.UTC(2026, 0, 1, 12, 0, 10);
const queries: readonly (readonly [query: string, expected: object | string])[] = [
  ["", {}],
  ["follow=true&timestamps=1&previous", { follow: true, timestamps: true, previous: true }],
  ["follow=false&previous=0", {}],
  ["tailLines=0&limitBytes=5", { tailLines: 0, limitBytes: 5 }],
  ["sinceSeconds=10", { since: NOW - 10_000 }],
  ["sinceTime=2026-01-01T12:00:00Z", { since: NOW - 10_000 }],
  ["stream=Stderr", { stream: "stderr" }],
  ["stream=All", {}],
  ["tailLines=-1", "tailLines: Invalid value: -1: must be greater than or equal to 0"],
  ["limitBytes=0", "limitBytes: Invalid value: 0: must be greater than 0"],
  ["sinceSeconds=x", 'Unable to parse sinceSeconds: invalid value "x"'],
  [
    "sinceSeconds=1&sinceTime=2026-01-01T12:00:00Z",
    "sinceSeconds: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified",
  ],
  ["stream=both", 'stream: Unsupported value: "both": supported values: "All", "Stderr", "Stdout"'],
];
for (const [query, expected] of queries) {
  test(`the query "${query}"`, () => {
    const parse = () => parseLogQuery(new URLSearchParams(query), NOW);
    if (typeof expected === "string") assert.throws(parse, { name: "LogQueryError", message: expected });
    else assert.deepEqual(parse(), { follow: false, previous: false, timestamps: false, ...expected });
  });
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "knots-logs-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const at = (second: number): string => `2026-01-01T12:00:${String(second).padStart(2, "0")}.5Z`;
const out = (second: number, content: string, tag = "F", stream = "stdout"): string =>
  `${at(second)} ${stream} ${tag} ${content}\n`;

type Wanted = Omit<ReadLogOptions, "path" | "signal">;

async function read(path: string, wanted: Wanted = {}): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of readLog({ path, signal: new AbortController().signal, ...wanted })) parts.push(part);
  return text(Buffer.concat(parts));
}

const HISTORY = [
  out(1, "one"),
  out(2, "t", "P"),
  out(3, "wo", "P", "stderr"),
  out(4, "wo"),
  out(5, "rst", "F", "stderr"),
  "not the runtime's\n",
  out(6, "three"),
].join("");
const readings: readonly (readonly [sentence: string, wanted: Wanted, expected: string])[] = [
  ["everything, pieces joined in the order of writing", {}, "one\ntwowo\nrst\nthree\n"],
  ["one stream alone has its lines whole", { stream: "stdout" }, "one\ntwo\nthree\n"],
  ["the other one too", { stream: "stderr" }, "worst\n"],
  ["the last line", { tailLines: 1 }, "three\n"],
  ["the last two lines of a stream, not pieces", { tailLines: 2, stream: "stdout" }, "two\nthree\n"],
  ["more lines than there are", { tailLines: 99, stream: "stdout" }, "one\ntwo\nthree\n"],
  ["no lines", { tailLines: 0 }, ""],
  ["from a moment on", { since: Date.parse(at(5)) }, "rst\nthree\n"],
  [
    "times stand before lines, not before later pieces",
    { timestamps: true, stream: "stdout" },
    `${at(1)} one\n${at(2)} two\n${at(6)} three\n`,
  ],
  ["no more bytes than allowed", { limitBytes: 6, stream: "stdout" }, "one\ntw"],
];
for (const [sentence, wanted, expected] of readings) {
  test(sentence, async (t) => {
    const path = join(await folder(t), "0.log");
    await writeFile(path, HISTORY);
    assert.equal(await read(path, wanted), expected);
  });
}

test("rotated files come first, in order, compressed or not", async (t) => {
  const path = join(await folder(t), "0.log");
  await writeFile(`${path}.20260101-120000.gz`, gzipSync(out(1, "a") + out(2, "b")));
  await writeFile(`${path}.20260101-120500`, out(3, "c"));
  await writeFile(`${path}.20260101-120500.gz`, "half compressed");
  await writeFile(`${path}.tmp`, out(9, "no"));
  await writeFile(path, out(4, "d"));
  assert.equal(await read(path), "a\nb\nc\nd\n");
  assert.equal(await read(path, { tailLines: 3 }), "b\nc\nd\n");
});

test("a file that is not there yet reads as empty", async (t) => {
  assert.equal(await read(join(await folder(t), "0.log")), "");
});

/** Reads in the background; `until` waits for the whole output so far to be as told. */
function following(path: string, wanted: Wanted = {}) {
  const stop = new AbortController();
  let seen = "";
  let wake = (): void => {};
  const done = (async () => {
    for await (const part of readLog({ path, follow: true, signal: stop.signal, ...wanted })) {
      seen += text(part);
      wake();
    }
  })();
  const until = async (expected: string): Promise<void> => {
    while (seen.length < expected.length) {
      const more = Promise.withResolvers<void>();
      wake = more.resolve;
      await more.promise;
    }
    assert.equal(seen, expected);
  };
  return { until, done, stop };
}

test("following shows what is written, through rotation, until the container has ended", async (t) => {
  const path = join(await folder(t), "0.log");
  await writeFile(path, out(1, "a") + out(2, "b"));
  const ended = Promise.withResolvers<void>();
  const { until, done } = following(path, { tailLines: 1, ended: ended.promise });
  await until("b\n");
  await appendFile(path, out(3, "c"));
  await until("b\nc\n");
  await rename(path, `${path}.20260101-120000`);
  await appendFile(`${path}.20260101-120000`, out(4, "d"));
  await until("b\nc\nd\n");
  await writeFile(path, out(5, "e"));
  await until("b\nc\nd\ne\n");
  await appendFile(path, out(6, "f"));
  ended.resolve();
  await done;
  await until("b\nc\nd\ne\nf\n");
});

test("following starts before the file is there", async (t) => {
  const path = join(await folder(t), "0.log");
  const { until, done, stop } = following(path);
  await writeFile(path, out(1, "a"));
  await until("a\n");
  stop.abort();
  await done;
});

test("a half-written line is shown when it is whole", async (t) => {
  const path = join(await folder(t), "0.log");
  const line = out(1, "whole");
  await writeFile(path, out(0, "first") + line.slice(0, 35));
  const { until, done, stop } = following(path);
  await until("first\n");
  await appendFile(path, line.slice(35));
  await until("first\nwhole\n");
  stop.abort();
  await done;
});

test("a client that leaves ends the reading at once, also while nothing happens", async (t) => {
  const path = join(await folder(t), "0.log");
  await writeFile(path, out(1, "a"));
  const { until, done, stop } = following(path);
  await until("a\n");
  stop.abort();
  await done;
});

test("following stops at the limit of bytes", async (t) => {
  const path = join(await folder(t), "0.log");
  await writeFile(path, out(1, "abc"));
  const { until, done } = following(path, { limitBytes: 6 });
  await until("abc\n");
  await appendFile(path, out(2, "defg"));
  await done;
  await until("abc\nde");
});

test("lines backwards are lines forwards, reversed", async (t) => {
  const path = join(await folder(t), "0.log");
  const line = fc.oneof(
    fc.constant(""),
    fc.string({ maxLength: 40 }).map((s) => s.replaceAll("\n", "")),
    fc.nat(200_000).map((n) => "x".repeat(n)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.boolean(), async (parts, openEnd) => {
      await writeFile(path, parts.map((part) => `${part}\n`).join("") + (openEnd ? "rest" : ""));
      const source = await openLog(path);
      const found: string[] = [];
      for await (const placed of linesBackwards(source)) found.push(text(placed.line));
      await source.close();
      assert.deepEqual(found.reverse(), parts);
    }),
    { numRuns: 60 },
  );
});
