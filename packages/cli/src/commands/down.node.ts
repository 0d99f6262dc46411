// `kts down`: stops the parts in reverse order; with --purge removes the data too and says what is left.
import { rm } from "node:fs/promises";
import { removeNode } from "@knots/cluster";
import { adoptDetached, stopDetached } from "@knots/host";
import { type Part, pathsOf } from "../settings/paths.ts";
import { readSettings } from "./cluster-files.node.ts";
import type { CommandContext } from "./context.node.ts";

/** The supervisor first, so that nothing is started again; containerd goes with its containers, afterwards. */
const ORDER: readonly Part[] = ["supervisor", "node", "control-plane", "haproxy", "registry"];
const GRACE = 20_000;

/** Stops every part that runs; answers which did. */
export async function stopParts(dataDir: string, { progress, text }: CommandContext): Promise<readonly Part[]> {
  const paths = pathsOf({ dataDir });
  const stopped: Part[] = [];
  for (const part of ORDER) {
    const where = { record: paths.record(part), log: paths.log(part) };
    if (!(await adoptDetached(where))) continue;
    await progress.step(text("step.stopping", { part }), () => stopDetached(where, { grace: GRACE }));
    stopped.push(part);
  }
  return stopped;
}

/** Stops everything of the cluster on this machine; answers the parts, and what could not be removed. With `purge`, images in a containerd of others go too. */
export async function stopAll(dataDir: string, context: CommandContext, purge = false) {
  const stopped = await stopParts(dataDir, context);
  const settings = await readSettings(dataDir);
  if (settings?.runtime !== "containerd") return { stopped, left: [] };
  const left = await context.progress.step(context.text("step.stopping", { part: "containerd" }), () =>
    removeNode({ dataDir, clock: context.clock, purge }),
  );
  return { stopped, left };
}

/** Stops the cluster of `dataDir`. */
export async function down(dataDir: string, purge: boolean, context: CommandContext): Promise<void> {
  const { print, text, progress } = context;
  const known = await readSettings(dataDir);
  const { stopped, left } = await stopAll(dataDir, context, purge);
  if (purge && known) {
    await progress.step(text("step.purging", { path: dataDir }), () => rm(dataDir, { recursive: true, force: true }));
    print(text("down.purged"));
  } else if (stopped.length === 0) print(text("down.nothing", { path: dataDir }));
  else print(text("down.done", { path: dataDir }));
  if (left.length > 0) print(text("down.left", { what: left.join(", ") }));
}
