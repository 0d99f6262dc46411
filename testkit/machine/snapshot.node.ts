// What a machine holds at one moment, and what a later moment has more or less: the leak check.
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import {
  commandLine,
  isMissing,
  listMounts,
  listPids,
  ProgramError,
  readProcessStat,
  readTextFile,
  tryRun,
} from "@knots/host";
import { groupTrees } from "./groups.node.ts";

/** Lines by kind of thing. */
export type Snapshot = ReadonlyMap<string, ReadonlySet<string>>;

const sysctls = [
  "net/ipv4/ip_forward",
  "net/ipv4/conf/all/forwarding",
  "net/ipv4/conf/all/rp_filter",
  "net/ipv4/conf/all/route_localnet",
  "net/ipv6/conf/all/forwarding",
  "net/bridge/bridge-nf-call-iptables",
  "net/netfilter/nf_conntrack_max",
];

/** Everything that a test could leave behind, as far as this process can see it. */
export async function snapshot(): Promise<Snapshot> {
  const kinds: readonly (readonly [string, Promise<readonly string[]>])[] = [
    ["process", processes()],
    ["network namespace", namespaces()],
    ["link", answer(["ip", "-o", "link", "show"], /^\d+: ([^:]+):/)],
    ["address", answer(["ip", "-o", "address", "show"], /^\d+: (\S+\s+inet6? \S+)/)],
    ["route", answer(["ip", "route", "show", "table", "all"], /^(.+?)\s*$/)],
    ["rule", answer(["ip", "rule", "show"], /^(.+?)\s*$/)],
    ["nft table", answer(["nft", "list", "tables"], /^table (.+)$/)],
    ["mount", listMounts().then((mounts) => mounts.map(({ point, type }) => `${point} (${type})`))],
    ["control group", groups()],
    ["listening socket", listeners()],
    ["sysctl", settings()],
  ];
  const found = new Map<string, ReadonlySet<string>>();
  for (const [kind, lines] of kinds) found.set(kind, new Set(await lines));
  return found;
}

/** Lines such as `+ mount /x (tmpfs)` and `- link br0`; empty when nothing was left and nothing taken. */
export function difference(before: Snapshot, after: Snapshot): string[] {
  const kinds = new Set([...before.keys(), ...after.keys()]);
  const none: ReadonlySet<string> = new Set();
  return [...kinds].flatMap((kind) => {
    const old = before.get(kind) ?? none;
    const now = after.get(kind) ?? none;
    const more = [...now].filter((line) => !old.has(line)).map((line) => `+ ${kind} ${line}`);
    const less = [...old].filter((line) => !now.has(line)).map((line) => `- ${kind} ${line}`);
    return [...more, ...less];
  });
}

/** Kernel threads and what this check itself runs are left out. */
async function processes(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await listPids()) {
    const stat = await readProcessStat(pid);
    const argv = await commandLine(pid);
    if (stat && stat.parent !== process.pid && argv.length > 0) found.push(`${pid} ${argv.join(" ")}`);
  }
  return found;
}

async function namespaces(): Promise<string[]> {
  const named = await list("/run/netns");
  const used = new Set<string>();
  for (const pid of await listPids()) {
    const link = await readlink(`/proc/${pid}/ns/net`).catch(() => undefined);
    if (link) used.add(link);
  }
  return [...named, ...used];
}

async function answer(argv: readonly string[], pattern: RegExp): Promise<string[]> {
  try {
    const { stdout } = await tryRun(argv);
    return stdout.split("\n").flatMap((line) => pattern.exec(line)?.[1]?.replaceAll(/\s+/g, " ") ?? []);
  } catch (error) {
    if (error instanceof ProgramError && error.failure === "missing") return [];
    throw error;
  }
}

async function groups(): Promise<string[]> {
  const found: string[] = [];
  for (const { point } of await groupTrees()) {
    for (const entry of await readdir(point, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) found.push(join(entry.parentPath, entry.name));
    }
  }
  return found;
}

/** State 0A of /proc/net/tcp is listening; the address stays as the kernel writes it. */
async function listeners(): Promise<string[]> {
  const found: string[] = [];
  for (const table of ["tcp", "tcp6"]) {
    const text = (await readTextFile(`/proc/net/${table}`)) ?? "";
    for (const line of text.split("\n")) {
      const [, local, , state] = line.trim().split(/\s+/);
      if (state === "0A" && local)
        found.push(`${table} ${local} port ${Number.parseInt(local.split(":")[1] ?? "", 16)}`);
    }
  }
  return found;
}

async function settings(): Promise<string[]> {
  const found: string[] = [];
  for (const name of sysctls) {
    const value = await readFile(`/proc/sys/${name}`, "utf8").catch(() => undefined);
    if (value !== undefined) found.push(`${name} = ${value.trim()}`);
  }
  return found;
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
