// The HAProxy process: started detached or adopted, reloaded without losing a connection, stopped.
import { type DaemonRecord, ensureDetached, hasCode, stopDetached } from "@knots/host";
import { type Clock, sleep } from "@knots/std";
import { filesOf } from "./config.ts";
import { ask, HaproxyError } from "./socket.node.ts";

/** How HAProxy is found and where it keeps its records. */
export interface HaproxyProgram {
  /** Path of the program. */
  readonly program: string;
  /** Variables that it needs, such as the place of its libraries. */
  readonly env?: Readonly<Record<string, string>>;
  readonly record: string;
  readonly log: string;
}

const START_LIMIT = 10_000;

async function answering(socket: string, clock: Clock): Promise<void> {
  const limit = clock.monotonic() + START_LIMIT;
  for (;;) {
    try {
      await ask(socket, "show version");
      return;
    } catch (error) {
      if (clock.monotonic() > limit) throw error;
      await sleep(clock, 20);
    }
  }
}

/** Starts HAProxy on the configuration in `folder`, or adopts the one that runs; resolves when its socket answers. */
export async function ensureHaproxy(
  program: HaproxyProgram,
  folder: string,
  clock: Clock,
): Promise<{ readonly record: DaemonRecord; readonly adopted: boolean }> {
  const files = filesOf(folder);
  const started = await ensureDetached({
    argv: [program.program, "-W", "-db", "-S", `${files.master},mode,600`, "-f", files.config],
    record: program.record,
    log: program.log,
    ...(program.env && { env: program.env }),
  });
  await answering(files.socket, clock);
  return started;
}

/** A master that has just started, or is still busy with a reload, refuses connections for a moment; then nothing was sent, and it is asked again. */
async function askWhenOpen(socket: string, line: string, clock: Clock): Promise<string> {
  const limit = clock.monotonic() + START_LIMIT;
  for (;;) {
    try {
      return await ask(socket, line);
    } catch (error) {
      const refused = error instanceof HaproxyError && hasCode(error.cause, "ECONNREFUSED");
      if (!refused || clock.monotonic() > limit) throw error;
      await sleep(clock, 20);
    }
  }
}

/** Loads the configuration anew; old workers finish what they have. */
export async function reloadHaproxy(folder: string, clock: Clock): Promise<void> {
  const files = filesOf(folder);
  const before = await ask(files.socket, "show info typed");
  const pidOf = (text: string): string => /Pid\.\d+:\S+:\S+:(\d+)/.exec(text)?.[1] ?? "";
  await askWhenOpen(files.master, "reload", clock);
  const limit = clock.monotonic() + START_LIMIT;
  for (;;) {
    const now = await ask(files.socket, "show info typed").catch(() => "");
    if (now !== "" && pidOf(now) !== pidOf(before)) return;
    if (clock.monotonic() > limit) throw new Error("HAProxy did not take the new configuration; see its log");
    await sleep(clock, 20);
  }
}

/** Ends HAProxy; running requests get a few seconds. */
export async function stopHaproxy(program: Pick<HaproxyProgram, "record" | "log">): Promise<void> {
  await stopDetached(program, { signal: "SIGUSR1", grace: 5000 });
}
