// How a push ended: git's report, read and written.
import { banded, FLUSH, packet, readPackets } from "./pkt-line.ts";
import type { PushCommands, RefUpdate } from "./push-commands.ts";

export interface PushReport {
  /** "ok", or why the pack could not be taken. */
  readonly unpack: string;
  /** What became of each reference: undefined when it was updated, else the reason. */
  readonly refs: ReadonlyMap<string, string | undefined>;
}

/** Reads a report (both versions of the format); undefined when it does not start like one. */
export function parseReport(bytes: Uint8Array): PushReport | undefined {
  const lines = readPackets(bytes).packets.flatMap((payload) =>
    payload ? [Buffer.from(payload).toString("utf8").replace(/\n$/, "")] : [],
  );
  const unpack = /^unpack (.+)$/.exec(lines[0] ?? "")?.[1];
  if (unpack === undefined) return undefined;
  const refs = new Map<string, string | undefined>();
  for (const line of lines.slice(1)) {
    const [, verdict, ref, reason] = /^(ok|ng) (\S+)(?: (.*))?$/.exec(line) ?? [];
    if (ref) refs.set(ref, verdict === "ok" ? undefined : (reason ?? "refused"));
  }
  return { unpack, refs };
}

/** The updates that took effect. */
export function accepted(updates: readonly RefUpdate[], report: PushReport): RefUpdate[] {
  if (report.unpack !== "ok") return [];
  return updates.filter(
    ({ ref, before, after }) => report.refs.has(ref) && report.refs.get(ref) === undefined && before !== after,
  );
}

/** What is to be told to a client whose push is not even tried. */
export interface Refusal {
  /** Lines for the user, shown as `remote: ...`. */
  readonly lines: readonly string[];
  /** Reason for each reference; those not named get `other`. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly other: string;
}

/** A whole answer of receive-pack that refuses every update. */
export function refusalAnswer({ updates, capabilities }: PushCommands, refusal: Refusal): Uint8Array {
  const lines = [
    "unpack ok\n",
    ...updates.map(({ ref }) => `ng ${ref} ${refusal.reasons.get(ref) ?? refusal.other}\n`),
  ];
  const report = Buffer.concat([...lines.map(packet), FLUSH]);
  if (!usesSideBand(capabilities)) return report;
  return Buffer.concat([...refusal.lines.map(userLine), banded(1, report), FLUSH]);
}

/** A line that git shows to the user as `remote: ...`. */
export const userLine = (line: string): Uint8Array => banded(2, `${line}\n`);

export function usesSideBand(capabilities: ReadonlySet<string>): boolean {
  return capabilities.has("side-band-64k") || capabilities.has("side-band");
}
