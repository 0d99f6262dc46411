// `kts status`, `kts logs` and `kts kubeconfig`: looking at a cluster.
import { watch } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { adoptDetached, mergeKubeconfigs, readJsonFile, readKubeconfig, writeKubeconfig } from "@knots/host";
import { formatAge } from "@knots/machinery";
import { PARTS, type Part, pathsOf } from "../settings/paths.ts";
import { UserError } from "../settings/user-error.ts";
import { tail } from "../supervisor/log-tail.node.ts";
import { table } from "../terminal/table.ts";
import { readSettings } from "./cluster-files.node.ts";
import { aborted, type CommandContext, untilStopped } from "./context.node.ts";
import { storeFault } from "./store-fault.node.ts";

const TICKS_PER_SECOND = 100;

/** Milliseconds that a process has run, from its start in clock ticks since boot. */
async function ageOf(startTime: string): Promise<number> {
  const uptime = Number((await readFile("/proc/uptime", "utf8")).split(" ")[0]);
  return Math.max(0, (uptime - Number(startTime) / TICKS_PER_SECOND) * 1000);
}

/** Prints a row for every part that ever ran here. */
export async function status(dataDir: string, { print, text }: CommandContext): Promise<void> {
  const paths = pathsOf({ dataDir });
  const settings = await readSettings(dataDir);
  const rows: string[][] = [];
  for (const part of PARTS) {
    const running = await adoptDetached({ record: paths.record(part), log: paths.log(part) });
    const known = running ?? (await readJsonFile(paths.record(part)));
    if (running)
      rows.push([
        part,
        text("status.running"),
        String(running.pid),
        formatAge(await ageOf(running.startTime)),
        paths.log(part),
      ]);
    else if (known !== undefined) rows.push([part, text("status.notRunning"), "-", "-", paths.log(part)]);
  }
  if (!settings || rows.every(([, , pid]) => pid === "-")) return print(text("status.stopped", { path: dataDir }));
  for (const line of table([
    [text("status.part"), text("status.state"), text("status.pid"), text("status.since"), text("status.log")],
    ...rows,
  ]))
    print(line);
  const why = await storeFault(dataDir);
  if (why !== undefined) print(`\n${text("status.readOnly", { why, path: dataDir })}`);
  print("");
  for (const line of table([
    [text("up.api"), `https://127.0.0.1:${settings.apiPort}`],
    [text("up.kubeconfig"), paths.kubeconfig],
    ...(settings.containerd ? [["containerd", text("status.notOurs", { path: settings.containerd })]] : []),
  ]))
    print(line);
}

/** Prints the end of a part's log, and what follows with `follow`. */
export async function logs(
  dataDir: string,
  options: { readonly part: string; readonly follow: boolean },
  { text }: CommandContext,
): Promise<void> {
  const paths = pathsOf({ dataDir });
  const part = PARTS.find((candidate) => candidate === options.part);
  const content = part && (await tail(paths.log(part)));
  if (part === undefined || content === undefined)
    throw new UserError("logs.unknown", {
      part: options.part,
      parts: (await loggedParts(dataDir)).join(", ") || text("logs.none"),
    });
  process.stdout.write(content);
  if (options.follow) await followFile(paths.log(part));
}

async function loggedParts(dataDir: string): Promise<readonly Part[]> {
  const paths = pathsOf({ dataDir });
  const found = await Promise.all(
    PARTS.map(async (part) => ((await tail(paths.log(part))) === undefined ? [] : [part])),
  );
  return found.flat();
}

async function followFile(path: string): Promise<void> {
  const signal = untilStopped();
  await using file = await open(path, "r");
  let position = (await file.stat()).size;
  const print = async (): Promise<void> => {
    const { size } = await file.stat();
    if (size < position) position = 0;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size - position), 0, size - position, position);
    position += bytesRead;
    process.stdout.write(buffer.subarray(0, bytesRead));
  };
  let queue = Promise.resolve();
  const watcher = watch(path, () => {
    queue = queue.then(print);
  });
  await aborted(signal);
  watcher.close();
  await queue;
}

/** Prints the kubeconfig, or merges it into the user's own. */
export async function kubeconfig(
  dataDir: string,
  merge: boolean,
  { print, text, around }: CommandContext,
): Promise<void> {
  const { kubeconfig: path } = pathsOf({ dataDir });
  const own = await readKubeconfig(path);
  if (!own) throw new UserError("error.notRunning", { path: dataDir });
  if (!merge) return void process.stdout.write(await readFile(path, "utf8"));
  const target = join(around.home, ".kube", "config");
  const existing = await readKubeconfig(target);
  await writeKubeconfig(target, existing ? mergeKubeconfigs(existing, own) : own);
  print(text("kubeconfig.merged", { path: target, context: own["current-context"] }));
}
