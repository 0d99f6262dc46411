// Runs the transcripts: text files of narration (#), commands (>) and the answers below them. With an argument `--update` the answers are rewritten.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { createVirtualClock, defined, settle, type VirtualClock } from "@knots/std";
import { createMemoryDisk } from "./disk.memory.ts";
import { openMemoryStore } from "./engine.ts";
import { StoreError } from "./error.ts";
import { type KeyRange, prefixEnd } from "./keys.ts";
import { openStore } from "./open.ts";
import type { Compare, EmbeddedStore, KeyValue, Op, OpResponse, WatchBatch } from "./store.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const show = (kv: KeyValue): string =>
  `${kv.key}=${Buffer.from(kv.value).toString()} (created ${kv.createRevision}, modified ${kv.modRevision}, version ${kv.version}${kv.lease === 0 ? "" : `, lease ${kv.lease}`})`;
const showAll = (items: readonly KeyValue[]): string[] => (items.length === 0 ? ["nothing"] : items.map(show));

function rangeOf(text: string): KeyRange {
  if (text === "*") return { start: "", end: prefixEnd("") };
  const [start = "", end] = text.split("..");
  return { start, end };
}

function parseOp(text: string): Op {
  const [verb, what = "", , lease] = text.trim().split(" ");
  const [key = "", value = ""] = what.split("=");
  if (verb === "put") return { type: "put", key, value: bytes(value), lease: Number(lease ?? 0) };
  if (verb === "delete") return { type: "delete", key };
  if (verb === "deleteRange")
    return { type: "deleteRange", start: key.split("..")[0] ?? "", end: key.split("..")[1] ?? "" };
  return { type: "range", ...rangeOf(what) };
}

function parseCompare(text: string): Compare {
  const [, target, key = "", op = "=", value = ""] = defined(/^(\w+)\((.+)\)(!=|=|<|>)(.*)$/.exec(text.trim()), text);
  if (target === "value") return { key, target, op: op as "=" | "!=", value: bytes(value) };
  return { key, target: target as "mod", op: op as "=", value: Number(value) };
}

function showResponse(response: OpResponse): string[] {
  if (response.type === "put")
    return [response.previous === undefined ? "created" : `replaced ${show(response.previous)}`];
  if (response.type === "delete") return [`deleted ${response.deleted.map(({ key }) => key).join(" ") || "nothing"}`];
  return showAll(response.items).map((line) => `found ${line}`);
}

function showBatch({ revision, events }: WatchBatch): string {
  const list = events.map(({ type, kv, previous }) => {
    const before = previous === undefined ? "" : ` was ${Buffer.from(previous.value).toString()}`;
    return `${type} ${kv.key}${type === "put" ? `=${Buffer.from(kv.value).toString()}` : ""}${before}`;
  });
  return `${revision}: ${list.join(", ") || "progress"}`;
}

class Session {
  readonly #clock: VirtualClock;
  readonly #start: number;
  readonly #stores: EmbeddedStore[];
  readonly #watches = new Map<string, { lines: string[]; abort: AbortController; begin: () => void }>();
  readonly #commands: Record<string, (args: string[], line: string) => Promise<string[]> | string[]> = {
    put: ([what = "", word, lease]) => this.#txn([parseOp(`put ${what} ${word ?? ""} ${lease ?? ""}`.trim())]),
    delete: ([key = ""]) => this.#txn([{ type: "delete", key }]),
    get: ([key = ""]) => this.#range({ start: key }, []),
    range: ([range = "", ...rest]) => this.#range(rangeOf(range), rest),
    txn: (_, line) => {
      const [, condition, success = "", failure] = defined(
        /^txn(?: if (.+?))? then (.+?)(?: else (.+))?$/.exec(line),
        line,
      );
      const compare = condition?.split(" and ").map(parseCompare) ?? [];
      return this.#txn(success.split(",").map(parseOp), compare, failure?.split(",").map(parseOp));
    },
    watch: ([name = "", range = "", ...rest]) => this.#watch(name, rangeOf(range), rest),
    read: async ([name = ""]) => {
      const { lines, begin } = defined(this.#watches.get(name), name);
      begin();
      await settle();
      return lines.length === 0 ? ["nothing"] : lines.splice(0);
    },
    abort: ([name]) => {
      defined(this.#watches.get(name ?? ""), "watch").abort.abort();
      return [];
    },
    progress: () => {
      this.#store.progress();
      return [];
    },
    compact: async ([to]) => {
      await this.#store.compact(Number(to));
      return ["done"];
    },
    when: ([seconds]) => [`revision ${this.#store.revisionAt(this.#start + Number(seconds) * 1000) ?? "unknown"}`],
    grant: async ([ttl]) => [`lease ${(await this.#store.grant(Number(ttl))).id}`],
    revoke: async ([id]) => {
      await this.#store.revoke(Number(id));
      return ["done"];
    },
    keepalive: async ([id]) => {
      await this.#store.keepAlive(Number(id));
      return ["done"];
    },
    advance: async ([seconds]) => {
      await this.#clock.advance(Number(seconds) * 1000);
      return [];
    },
    status: () => {
      const { revision, compactedRevision, keys } = this.#store.status();
      return [`revision ${revision}, compacted ${compactedRevision}, ${keys} keys`];
    },
    fork: ([at]) => {
      this.#stores.push(this.#store.fork(at === undefined ? undefined : Number(at)));
      return [`revision ${this.#store.status().revision}`];
    },
    parent: () => {
      this.#stores.pop();
      return [];
    },
    close: async () => {
      await this.#store.close();
      return [];
    },
  };

  constructor(store: EmbeddedStore, clock: VirtualClock) {
    this.#stores = [store];
    this.#clock = clock;
    this.#start = clock.now();
  }

  async run(line: string): Promise<string[]> {
    const [verb = "", ...args] = line.trim().split(" ");
    try {
      const answer = await defined(this.#commands[verb], verb)(args, line);
      await settle();
      return answer;
    } catch (error) {
      if (error instanceof StoreError) return [`error ${error.code}: ${error.message}`];
      throw error;
    }
  }

  get #store(): EmbeddedStore {
    return defined(this.#stores.at(-1), "a store");
  }

  async #txn(success: Op[], compare: Compare[] = [], failure: Op[] = []): Promise<string[]> {
    const result = await this.#store.txn({ compare, success, failure });
    const branch = compare.length === 0 ? "" : `${result.succeeded ? "held" : "did not hold"}, `;
    return [`${branch}revision ${result.revision}`, ...result.responses.flatMap(showResponse)];
  }

  async #range(range: KeyRange, rest: string[]): Promise<string[]> {
    const option = (name: string): number => (rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : 0);
    const options = { ...range, at: option("at"), limit: option("limit"), countOnly: rest.includes("countonly") };
    const { items, more, count } = await this.#store.range(options);
    if (options.countOnly) return [`${count} keys`];
    return [...showAll(items), ...(more ? [`and more, ${count} in all`] : [])];
  }

  #watch(name: string, range: KeyRange, rest: string[]): string[] {
    const from = rest.includes("from") ? Number(rest[rest.indexOf("from") + 1]) : undefined;
    const abort = new AbortController();
    const watch = this.#store.watch({ ...range, from, progress: rest.includes("progress"), signal: abort.signal });
    const lines: string[] = [];
    const reading = async (): Promise<void> => {
      try {
        for await (const batch of watch) lines.push(showBatch(batch));
        lines.push("end");
      } catch (error) {
        assert.ok(error instanceof StoreError);
        lines.push(`error ${error.code}: ${error.message}`);
      }
    };
    let begun = false;
    const begin = (): void => {
      if (!begun) void reading();
      begun = true;
    };
    this.#watches.set(name, { lines, abort, begin });
    if (!rest.includes("unread")) begin();
    return [];
  }
}

/** The transcript with the answers that `session` gives. */
async function replay(text: string, session: Session): Promise<string> {
  const lines: string[] = [];
  for (const block of text.trimEnd().split(/\n\s*\n/)) {
    if (!block.startsWith("> ")) {
      lines.push(block, "");
      continue;
    }
    const command = (block.split("\n")[0] ?? "").trimEnd();
    lines.push(command, ...(await session.run(command.slice(2))), "");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

const folder = new URL("transcripts/", import.meta.url);
for (const name of readdirSync(folder)) {
  const path = new URL(name, folder);
  for (const kind of ["memory", "disk"] as const) {
    test(`transcript ${name} on ${kind}`, async () => {
      const clock = createVirtualClock();
      const store =
        kind === "memory" ? openMemoryStore({ clock }) : await openStore({ clock, disk: createMemoryDisk() });
      const text = readFileSync(path, "utf8");
      const actual = await replay(text, new Session(store, clock));
      await store.close();
      if (process.argv.includes("--update") && kind === "memory") writeFileSync(path, actual);
      else assert.equal(actual, text);
    });
  }
}
