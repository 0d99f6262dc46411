// Keeps parts running: a part that ended is started again, later each time it fails soon.
import { isAlive, keepLogCapped } from "@knots/host";
import { backoffDelay, type Logger, sleep } from "@knots/std";
import type { PartSpec } from "./part.ts";
import type { StartContext } from "./start.node.ts";

/** How often running processes are looked at, in milliseconds. */
const LOOK = 500;
/** A part that ran this long has recovered, in milliseconds. */
const STABLE = 60_000;
const BACKOFF = { base: 500, max: 30_000 } as const;

type Context = StartContext & { readonly log: Logger };

/** Starts the part when it does not run, and returns when it has ended. */
async function runOnce(spec: PartSpec, { clock, log, paths }: Context, signal: AbortSignal): Promise<void> {
  const process = await spec.start((detail) => log.info("starting", { part: spec.part, detail }));
  using _cap = keepLogCapped(paths.log(spec.part));
  while (await isAlive(process)) await sleep(clock, LOOK, signal);
  log.warn("a part ended", { part: spec.part, pid: process.pid });
}

async function keep(spec: PartSpec, context: Context, signal: AbortSignal): Promise<void> {
  const { clock, log } = context;
  let failures = 0;
  while (!signal.aborted) {
    const since = clock.monotonic();
    try {
      await runOnce(spec, context, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.error("a part did not start", { part: spec.part, error });
    }
    failures = clock.monotonic() - since > STABLE ? 1 : failures + 1;
    await sleep(clock, backoffDelay(BACKOFF, failures), signal).catch(() => {});
  }
}

/** Watches over `parts` until the signal aborts; the parts themselves go on running then. */
export async function supervise(parts: readonly PartSpec[], context: Context, signal: AbortSignal): Promise<void> {
  await Promise.all(parts.map((part) => keep(part, context, signal)));
}
