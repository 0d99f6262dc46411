// The nft program: transactions, reading a table back, and being told when somebody removes tables.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { run, tryRun } from "@knots/host";

/** Bytes that a listing may have; a table of ten thousand services has about a fifth of it. */
const LISTING = 256 * 1024 * 1024;

/** Applies a script as one transaction; rejects with nft's words, and with nothing changed, when the kernel refuses. */
export async function applyNft(script: string, signal?: AbortSignal): Promise<void> {
  await run(["nft", "-f", "-"], { input: script, ...(signal && { signal }) });
}

/** Objects of an nft listing in JSON, each under its kind (`table`, `chain`, `rule`, `set`, `map`); none when `what` is not there. */
export async function listNft(what: readonly string[]): Promise<readonly NftObject[]> {
  const { code, stdout } = await tryRun(["nft", "-j", "list", ...what], { maxOutput: LISTING });
  if (code !== 0) return [];
  const { nftables = [] } = JSON.parse(stdout) as { readonly nftables?: readonly NftObject[] };
  return nftables;
}

/** One object of a listing: exactly one kind is there. */
export interface NftObject {
  readonly table?: { readonly family: string; readonly name: string };
  readonly chain?: {
    readonly family: string;
    readonly table: string;
    readonly name: string;
    readonly type?: string;
    readonly hook?: string;
    readonly prio?: number;
    readonly policy?: string;
  };
  readonly rule?: { readonly family: string; readonly table: string; readonly chain: string; readonly expr?: unknown };
  readonly set?: NftListedSet;
  readonly map?: NftListedSet & { readonly map: string };
}

/** A set or map of a listing; elements of maps are pairs. */
export interface NftListedSet {
  readonly table: string;
  readonly name: string;
  readonly type: string | readonly string[];
  readonly elem?: readonly unknown[];
}

/**
 * Calls `removed` with the name (without family) of every IPv4 table that anybody removes, ourselves included, and with
 * no name when removals may have been missed. Ends with the signal.
 */
export function watchTables(removed: (table?: string) => void, signal: AbortSignal): Promise<void> {
  // The watcher must not outlive us: it would wait for an event that may never come.
  const argv = ["--pdeathsig", "KILL", "nft", "monitor", "destroy", "tables"];
  return new Promise((resolve) => {
    const child = spawn("setpriv", argv, { stdio: ["ignore", "pipe", "ignore"] });
    const stop = () => child.kill("SIGKILL");
    signal.addEventListener("abort", stop, { once: true });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const name = /^delete table ip (\S+)/.exec(line)?.[1];
      if (name !== undefined) removed(name);
    });
    const end = () => {
      signal.removeEventListener("abort", stop);
      if (!signal.aborted) removed();
      resolve();
    };
    child.once("error", end);
    child.once("close", end);
    if (signal.aborted) stop();
  });
}
