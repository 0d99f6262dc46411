// Who a process is for certain: its pid together with the moment it started, since pids are used again.
import { readdir, readFile } from "node:fs/promises";
import { realClock, sleep } from "@knots/std";
import { isMissing, readTextFile } from "../files/atomic.node.ts";

/** A process, told apart from every later one that gets the same pid until the machine reboots. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/<pid>/stat; a decimal string. */
  readonly startTime: string;
  /** The kernel's boot id: start times of different boots never match. */
  readonly bootId: string;
}

export interface ProcessStat {
  readonly command: string;
  /** One letter; Z and X mean that it has ended. */
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  readonly startTime: string;
}

/** Parses a line of /proc/<pid>/stat, whose second field may itself contain spaces and parentheses. */
export function parseProcessStat(line: string): ProcessStat {
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  const rest = line.slice(close + 2).split(" ");
  const [state, parent, , session] = rest;
  const startTime = rest[19];
  if (state === undefined || startTime === undefined) throw new Error(`not a line of /proc/<pid>/stat: ${line}`);
  return { command: line.slice(open + 1, close), state, parent: Number(parent), session: Number(session), startTime };
}

/** The process's present state, or undefined when there is no such process. A zombie counts as none. */
export async function readProcessStat(pid: number): Promise<ProcessStat | undefined> {
  const text = await readTextFile(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const stat = parseProcessStat(text.trimEnd());
  return stat.state === "Z" || stat.state === "X" ? undefined : stat;
}

/** The identity of a living process, or undefined. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readProcessStat(pid);
  return stat && { pid, startTime: stat.startTime, bootId: await bootId() };
}

/** Whether this very process still runs; another one that got its pid is not it. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  if (identity.bootId !== (await bootId())) return false;
  return (await readProcessStat(identity.pid))?.startTime === identity.startTime;
}

/** Resolves true when the process has ended, false after `timeout` milliseconds. Looks every 10 ms: it need not be our child. Rejects on abort. */
export async function waitForEnd(identity: ProcessIdentity, timeout: number, signal?: AbortSignal): Promise<boolean> {
  const rounds = Math.ceil(timeout / 10);
  for (let round = 0; round <= rounds; round++) {
    if (!(await isAlive(identity))) return true;
    if (round < rounds) await sleep(realClock, 10, signal);
  }
  return false;
}

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}

/** Pids of all processes that this one can see. */
export async function listPids(): Promise<number[]> {
  const names = await readdir("/proc");
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Arguments of a process; empty for kernel threads and for processes that have ended. */
export async function commandLine(pid: number): Promise<string[]> {
  return (await readTextFile(`/proc/${pid}/cmdline`))?.split("\0").slice(0, -1) ?? [];
}

/** Whether the process was started with the variable `name=value`. False when it may not be asked. */
export async function startedWith(pid: number, name: string, value: string): Promise<boolean> {
  try {
    const text = await readFile(`/proc/${pid}/environ`, "utf8");
    return text.split("\0").includes(`${name}=${value}`);
  } catch (error) {
    if (isMissing(error) || (error instanceof Error && "code" in error && error.code === "EACCES")) return false;
    throw error;
  }
}
