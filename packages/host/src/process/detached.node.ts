// Daemons in sessions of their own: started once, recorded on disk, found again by a successor, stopped with patience.
import { spawn } from "node:child_process";
import { rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type AtomicOptions, hasCode, readJsonFile, writeFileAtomic } from "../files/atomic.node.ts";
import { environmentWith } from "./environment.node.ts";
import { ProgramError } from "./error.ts";
import {
  commandLine,
  identify,
  isAlive,
  listPids,
  type ProcessIdentity,
  readProcessStat,
  startedWith,
  waitForEnd,
} from "./identity.node.ts";
import { capLog, openLog } from "./log.node.ts";
import { isRoot } from "./user.node.ts";

/** What the record file of a daemon holds. */
export interface DaemonRecord extends ProcessIdentity {
  readonly argv: readonly string[];
  readonly log: string;
}

export interface DaemonOptions {
  readonly argv: readonly string[];
  /** Where the record is kept: one daemon per path. */
  readonly record: string;
  /** Receives stdout and stderr. */
  readonly log: string;
  /** Bytes of the log file at which it is moved aside, checked at start; keepLogCapped checks while it runs. */
  readonly logCap?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** The variable that leads back to the record, for a daemon whose starter died before writing it. */
const recordVariable = "KNOTS_DAEMON_RECORD";

/** Starts the daemon, or adopts the one that runs already. Its argv is not compared: stop it first to change it. */
export async function ensureDetached(options: DaemonOptions): Promise<{ record: DaemonRecord; adopted: boolean }> {
  const running = await adoptDetached(options);
  if (running) return { record: running, adopted: true };
  return { record: await startDetached(options), adopted: false };
}

/** Starts a daemon and records it before returning, if there is space for it. It outlives us, our terminal and our session. */
export async function startDetached(options: DaemonOptions): Promise<DaemonRecord> {
  const [program, ...args] = options.argv;
  if (program === undefined) throw new TypeError("a daemon needs a program");
  await capLog(options.log, options.logCap);
  const log = await openLog(options.log);
  try {
    const child = spawn(program, args, {
      cwd: options.cwd ?? "/",
      env: environmentWith({ ...options.env, [recordVariable]: options.record }),
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    const identity = await started(child, options.argv);
    child.unref();
    const record: DaemonRecord = { ...identity, argv: [...options.argv], log: options.log };
    await writeRecord(options.record, record);
    return record;
  } finally {
    await log.close();
  }
}

async function started(child: ReturnType<typeof spawn>, argv: readonly string[]): Promise<ProcessIdentity> {
  const exited = new Promise<{ code?: number; signal?: string }>((resolve) => {
    child.once("exit", (code, signal) => resolve(code === null ? { signal: signal ?? "SIGKILL" } : { code }));
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.once("spawn", () => resolve(child.pid ?? 0));
    child.once("error", (cause) => {
      const failure = hasCode(cause, "ENOENT") ? "missing" : "not-started";
      reject(new ProgramError({ argv, failure, detail: cause.message, cause }));
    });
  });
  const identity = await identify(pid);
  if (identity) return identity;
  throw new ProgramError({ argv, failure: "failed", ...(await exited) });
}

/** The running daemon of this record, or undefined. Finds one whose starter died before it could write the record. */
export async function adoptDetached(options: Pick<DaemonOptions, "record" | "log">): Promise<DaemonRecord | undefined> {
  const known = await readRecord(options.record);
  if (known && (await isAlive(known)) && (await mayName(options.record, known.pid))) return known;
  const stray = await findStray(options.record);
  if (!stray) return undefined;
  const record: DaemonRecord = { ...stray, argv: await commandLine(stray.pid), log: options.log };
  const { uid, gid } = await stat(dirname(options.record));
  await writeRecord(options.record, record, { ...(isRoot() && { owner: { uid, gid } }) });
  return record;
}

/** On a full disk the daemon goes on without: it is found by its environment, and recorded when there is space. */
async function writeRecord(path: string, record: DaemonRecord, options?: AtomicOptions): Promise<void> {
  await writeFileAtomic(path, JSON.stringify(record), options).catch((error: unknown) => {
    if (!hasCode(error, "ENOSPC", "EDQUOT")) throw error;
  });
}

/** Root ends what a record names: one that an unprivileged user wrote is believed about that user's processes only. */
async function mayName(path: string, pid: number): Promise<boolean> {
  const { uid } = await stat(path);
  return uid === 0 || uid === process.geteuid?.() || (await stat(`/proc/${pid}`)).uid === uid;
}

/** Session leaders only: what a daemon starts inherits its environment. */
async function findStray(path: string): Promise<ProcessIdentity | undefined> {
  for (const pid of await listPids()) {
    const stat = await readProcessStat(pid);
    if (stat?.session === pid && (await startedWith(pid, recordVariable, path))) return await identify(pid);
  }
  return undefined;
}

/** The record as written, whether or not its process lives. */
export async function readRecord(path: string): Promise<DaemonRecord | undefined> {
  const value = await readJsonFile(path);
  return isRecord(value) ? value : undefined;
}

function isRecord(value: unknown): value is DaemonRecord {
  if (typeof value !== "object" || value === null) return false;
  const { pid, startTime, bootId, argv } = value as Partial<DaemonRecord>;
  return typeof pid === "number" && typeof startTime === "string" && typeof bootId === "string" && Array.isArray(argv);
}

export interface StopOptions {
  /** Milliseconds between the polite signal and SIGKILL; 10,000 when not given. */
  readonly grace?: number;
  readonly signal?: NodeJS.Signals;
}

/** How the daemon ended: it was gone already, it obeyed, or it had to be killed. */
export type StopOutcome = "absent" | "stopped" | "killed";

/** Ends the daemon of this record and removes the record. Rejects when not even SIGKILL ended it within 5 s. */
export async function stopDetached(
  options: Pick<DaemonOptions, "record" | "log">,
  stop: StopOptions = {},
): Promise<StopOutcome> {
  const record = await adoptDetached(options);
  const outcome = record ? await endProcess(record, stop) : "absent";
  await rm(options.record, { force: true });
  return outcome;
}

/** Ends one process: the polite signal, patience, then SIGKILL for its whole group. */
export async function endProcess(identity: ProcessIdentity, stop: StopOptions = {}): Promise<StopOutcome> {
  if (!(await isAlive(identity))) return "absent";
  signalProcess(identity.pid, stop.signal ?? "SIGTERM");
  if (await waitForEnd(identity, stop.grace ?? 10_000)) return "stopped";
  signalProcess(-identity.pid, "SIGKILL");
  signalProcess(identity.pid, "SIGKILL");
  if (await waitForEnd(identity, 5_000)) return "killed";
  throw new Error(`process ${identity.pid} does not end, not even by SIGKILL`);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}
