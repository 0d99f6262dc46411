// What a push asks for: the list of commands at the head of a receive-pack request.
import { packetAt } from "./pkt-line.ts";

/** One reference to be made, moved or deleted. */
export interface RefUpdate {
  /** Full name, such as refs/heads/main. */
  readonly ref: string;
  /** Object before; all zeros when the reference is new. */
  readonly before: string;
  /** Object after; all zeros when it is deleted. */
  readonly after: string;
}

export interface PushCommands {
  readonly updates: readonly RefUpdate[];
  readonly capabilities: ReadonlySet<string>;
  /** Where the pack begins, in bytes. */
  readonly end: number;
}

/** The request is not one that git would send. */
export class PushFormatError extends Error {
  override readonly name = "PushFormatError";
}

const COMMAND = /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) ([^\0\n]+)$/;

/** Reads the commands; undefined while the list is incomplete. Throws a PushFormatError or PacketError on anything else. */
export function parseCommands(bytes: Uint8Array): PushCommands | undefined {
  const updates: RefUpdate[] = [];
  let capabilities: ReadonlySet<string> = new Set();
  let end = 0;
  for (;;) {
    const next = packetAt(bytes, end);
    if (!next) return undefined;
    end = next.end;
    if (next.payload === undefined) return { updates, capabilities, end };
    const [line = "", extra] = Buffer.from(next.payload).toString("utf8").replace(/\n$/, "").split("\0");
    if (extra !== undefined && updates.length === 0) capabilities = new Set(extra.split(" ").filter(Boolean));
    if (line.startsWith("shallow ")) continue;
    updates.push(parseUpdate(line));
  }
}

function parseUpdate(line: string): RefUpdate {
  const [, before, after, ref] = COMMAND.exec(line) ?? [];
  if (!before || !after || !ref) throw new PushFormatError(`not a push command: ${JSON.stringify(line.slice(0, 200))}`);
  return { ref, before, after };
}

/** Whether an object name stands for nothing. */
export const isZero = (hash: string): boolean => /^0+$/.test(hash);

/** Why these updates are not taken, by reference; empty when all may pass. `limit` is how many one push may have. */
export function refusedUpdates(updates: readonly RefUpdate[], limit: number): ReadonlyMap<string, string> {
  if (updates.length > limit) {
    return new Map(updates.map(({ ref }) => [ref, `a push may change at most ${limit} branches and tags`]));
  }
  const foreign = updates.filter(({ ref }) => !/^refs\/(heads|tags)\/./.test(ref));
  return new Map(foreign.map(({ ref }) => [ref, "only branches and tags may be pushed"]));
}
