// The name servers that the host itself uses, read again when its configuration may have changed.
import { readFile } from "node:fs/promises";
import type { Clock } from "@knots/std";

export interface UpstreamsOptions {
  /** The host's resolv.conf. */
  readonly path: string;
  /** Addresses that are ourselves: never asked, or a question would go round for ever. */
  readonly own: readonly string[];
  readonly clock: Clock;
}

/** Milliseconds for which a reading is good. */
const FRESH = 5000;

/** Name servers of a resolv.conf in order, without `own`. A stub on loopback is fine: we ask from the host itself. */
export function nameServers(text: string, own: readonly string[]): readonly string[] {
  const servers = text.split("\n").flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
  return [...new Set(servers)].filter((server) => !own.includes(server));
}

/** Reads the file when asked, at most once in five seconds; a file that cannot be read means what it said last. */
export function hostUpstreams({ path, own, clock }: UpstreamsOptions): () => Promise<readonly string[]> {
  let servers: readonly string[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock.monotonic() - readAt < FRESH) return servers;
    readAt = clock.monotonic();
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined) servers = nameServers(text, own);
    return servers;
  };
}
