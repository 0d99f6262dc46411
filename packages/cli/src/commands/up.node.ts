// `kts up`: everything that a cluster needs, started in order with progress, then watched over.
import { mkdir, realpath } from "node:fs/promises";
import { Node } from "@knots/api";
import { createClient } from "@knots/client";
import { inspectSharedContainerd, joinSharedContainerd, leaveFormerContainerd } from "@knots/cluster";
import { platformImages } from "@knots/delivery";
import {
  AlreadyOwnedError,
  acquireOwnership,
  adoptDetached,
  type Connection,
  closedFolderAbove,
  createHttpsTransport,
  kubeconfigFor,
  type Ownership,
  openPki,
  type PkiFolder,
  readProcessStat,
  startDetached,
  writeKubeconfig,
} from "@knots/host";
import { silentLogger, sleep } from "@knots/std";
import { PARTS, pathsOf } from "../settings/paths.ts";
import type { Settings } from "../settings/settings.ts";
import { UserError } from "../settings/user-error.ts";
import { keepIssued } from "../supervisor/control-plane.node.ts";
import { ownCommand } from "../supervisor/own-command.node.ts";
import { partsOf } from "../supervisor/parts.node.ts";
import { supervise } from "../supervisor/supervise.node.ts";
import { checkPorts, type WantedPort } from "../terminal/ports.node.ts";
import { table } from "../terminal/table.ts";
import { checkTools } from "../terminal/tools.node.ts";
import { writeSettings } from "./cluster-files.node.ts";
import { type CommandContext, untilStopped } from "./context.node.ts";
import { stopAll } from "./down.node.ts";
import { checkEncryption } from "./encryption.node.ts";
import { luggageOf } from "./luggage.node.ts";
import { ensureNetwork } from "./node.node.ts";

/** Name of the cluster, its user and its context in kubeconfig files. */
export const CONTEXT_NAME = "knots";
/** Milliseconds that a supervisor waits for the `up` that started it. */
const HAND_OVER = 20_000;

async function checkMachine({ runtime }: Settings, { around }: CommandContext): Promise<void> {
  if (runtime === "simulated") return;
  if (process.platform !== "linux") throw new UserError("error.notLinux");
  if (!around.root) throw new UserError("error.notRoot");
  await checkTools(process.env["PATH"] ?? "");
}

/** Takes the data directory, or says that a cluster runs on it: its owner is alive, or its supervisor is about to take over. */
async function own(settings: Settings): Promise<Ownership> {
  const paths = pathsOf(settings);
  const taken = (cause?: unknown): UserError => new UserError("error.owned", { path: settings.dataDir }, { cause });
  const ownership = await acquireOwnership(paths.owner).catch((error: unknown) => {
    throw error instanceof AlreadyOwnedError ? taken(error) : error;
  });
  const supervisor = await adoptDetached({ record: paths.record("supervisor"), log: paths.log("supervisor") });
  if (!supervisor) return ownership;
  await ownership.release();
  throw taken();
}

/** Takes the data directory over from the `up` that started us. */
async function takeOver(settings: Settings, { clock }: CommandContext): Promise<Ownership> {
  const limit = clock.monotonic() + HAND_OVER;
  for (;;) {
    try {
      return await acquireOwnership(pathsOf(settings).owner);
    } catch (error) {
      if (!(error instanceof AlreadyOwnedError) || clock.monotonic() > limit) throw error;
      await sleep(clock, 50);
    }
  }
}

/** The administrator's connection, written as a kubeconfig. */
async function adminConnection(settings: Settings, pki: PkiFolder): Promise<Connection> {
  const { certificate, key } = await pki.leaf("admin", {
    user: "knots:admin",
    groups: ["system:masters"],
    usages: ["client"],
  });
  const connection = {
    server: `https://127.0.0.1:${settings.apiPort}`,
    authority: pki.authority.certificate,
    certificate,
    key,
  };
  await writeKubeconfig(pathsOf(settings).kubeconfig, kubeconfigFor(CONTEXT_NAME, connection));
  return connection;
}

const isReady = (node: Node): boolean =>
  node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

async function waitForNodes(
  wanted: number,
  connection: Connection,
  { context, report }: { readonly context: CommandContext; readonly report: (detail: string) => void },
): Promise<void> {
  const transport = createHttpsTransport(connection);
  try {
    const client = createClient(transport);
    for (;;) {
      const ready = (await client.list(Node)).items.filter(isReady).length;
      report(context.text("step.nodesReady.progress", { ready, wanted }));
      if (ready >= wanted) return;
      await sleep(context.clock, 100);
    }
  } finally {
    transport.close();
  }
}

function printReady(settings: Settings, { text, print }: CommandContext): void {
  const { kubeconfig } = pathsOf(settings);
  print(text("up.ready"));
  const rows = [
    [`  ${text("up.api")}`, `https://127.0.0.1:${settings.apiPort}`],
    [`  ${text("up.kubeconfig")}`, kubeconfig],
    [`  ${text("up.try")}`, `kubectl --kubeconfig ${kubeconfig} get nodes`],
    [`  ${text("up.stop")}`, `kts down --data-dir ${settings.dataDir}`],
  ];
  for (const line of table(rows)) print(line);
}

/** What must be there before the first process: the bridge that it listens on, and images that nobody else makes. */
async function prepareNode(settings: Settings, context: CommandContext): Promise<void> {
  const { progress, text } = context;
  await progress.step(text("step.network"), async () =>
    (await ensureNetwork(settings.dataDir, { ...context, log: silentLogger })).close(),
  );
  await progress.step(text("step.images"), async (report) => {
    for (const image of platformImages({ images: pathsOf(settings).images, progress: report })) await image.make();
  });
  await joinContainerd(settings, context);
}

/** Brings what pods need into the containerd of others that was asked for, if any. */
async function joinContainerd(settings: Settings, { clock, progress, text }: CommandContext): Promise<void> {
  const { dataDir, containerd: socket } = settings;
  if (socket === undefined) return;
  await progress.step(text("step.sharedContainerd", { socket }), async (report) =>
    joinSharedContainerd({ dataDir, socket, clock }, await luggageOf(settings, report)),
  );
}

/** A containerd of others is looked at before anything is started, and one of an earlier start is left. */
async function checkContainerd({ dataDir, containerd: socket }: Settings, context: CommandContext): Promise<void> {
  const { clock, print, text } = context;
  if (socket !== undefined) await inspectSharedContainerd({ dataDir, socket, clock });
  const left = await leaveFormerContainerd({ dataDir, clock }, socket);
  if (left.length > 0) print(text("down.left", { what: left.join(", ") }));
}

async function startAll(settings: Settings, context: CommandContext): Promise<void> {
  const { clock, main, progress, text } = context;
  const paths = pathsOf(settings);
  const pki = await openPki(paths.pki, () => clock.now());
  const connection = await adminConnection(settings, pki);
  if (settings.runtime === "containerd") await prepareNode(settings, context);
  for (const { part, start } of partsOf({ settings, main, authority: pki.authority.certificate, paths, clock }))
    await progress.step(text("step.part", { part }), (report) => start(report));
  const wanted = settings.runtime === "simulated" ? settings.nodes : 1;
  await progress.step(text("step.nodesReady"), (report) => waitForNodes(wanted, connection, { context, report }));
}

/** Watches over the running parts until the signal aborts. */
export async function superviseAll(settings: Settings, context: CommandContext, signal: AbortSignal): Promise<void> {
  const { clock, log, main } = context;
  const paths = pathsOf(settings);
  const pki = await openPki(paths.pki, () => clock.now());
  const parts = partsOf({ settings, main, authority: pki.authority.certificate, paths, clock });
  await Promise.all([supervise(parts, { paths, clock, log }, signal), keepIssued(settings, context, signal)]);
}

/** Every port that will be listened on, with the flag that chooses it. */
function wantedPorts({ apiPort, httpPort, httpsPort, gitPort, expose, runtime }: Settings): readonly WantedPort[] {
  const address = expose ? "0.0.0.0" : "127.0.0.1";
  const sites = [
    { address, port: httpPort, flag: "--http-port" },
    { address, port: httpsPort, flag: "--https-port" },
    { address: "127.0.0.1", port: gitPort, flag: "--git-port" },
  ];
  return [{ address: "127.0.0.1", port: apiPort, flag: "--api-port" }, ...(runtime === "containerd" ? sites : [])];
}

export interface UpOptions {
  /** Return when the cluster is ready. */
  readonly detach: boolean;
  /** The user of the control plane was asked for: nobody else will do. */
  readonly runAsAsked: boolean;
}

/** Where the control plane's user cannot get to its data, root stays root, and says so. */
async function reachable(settings: Settings, asked: boolean, { print, text }: CommandContext): Promise<Settings> {
  const { runAs, ...rest } = settings;
  const folder = runAs === undefined ? undefined : await closedFolderAbove(settings.dataDir);
  if (runAs === undefined || folder === undefined) return settings;
  if (asked) throw new UserError("error.closedFolder", { folder, user: runAs, path: settings.dataDir });
  print(text("up.keepsRoot", { folder, user: runAs }));
  return rest;
}

/** Starts the cluster; returns when it was told to stop, or at once with `detach`. */
export async function up(given: Settings, { detach, runAsAsked }: UpOptions, context: CommandContext): Promise<void> {
  await mkdir(given.dataDir, { recursive: true, mode: 0o700 });
  const settings = await reachable({ ...given, dataDir: await realpath(given.dataDir) }, runAsAsked, context);
  await checkMachine(settings, context);
  await checkEncryption(settings);
  const paths = pathsOf(settings);
  await using ownership = await own(settings);
  await checkPorts(wantedPorts(settings), (pid) => isOurs(settings, pid));
  if (settings.runtime === "containerd") await checkContainerd(settings, context);
  await writeSettings(settings);
  try {
    await startAll(settings, context);
  } catch (error) {
    await stopAll(settings.dataDir, context);
    throw error;
  }
  printReady(settings, context);
  if (detach) {
    await startDetached({
      argv: ownCommand(context.main, "supervise", "--data-dir", settings.dataDir),
      record: paths.record("supervisor"),
      log: paths.log("supervisor"),
    });
    await ownership.release();
    return;
  }
  context.print(context.text("up.foreground"));
  await superviseAll(settings, context, untilStopped());
  await stopAll(settings.dataDir, context);
}

/** Whether a process is a part of an earlier start, or a worker of one: then it is adopted. */
async function isOurs(settings: Settings, pid: number): Promise<boolean> {
  const paths = pathsOf(settings);
  const parent = (await readProcessStat(pid))?.parent;
  for (const part of PARTS) {
    const running = await adoptDetached({ record: paths.record(part), log: paths.log(part) });
    if (running && (running.pid === pid || running.pid === parent)) return true;
  }
  return false;
}

/** `kts supervise`: the watch of a detached cluster. */
export async function superviseCommand(settings: Settings, context: CommandContext): Promise<void> {
  await using _ownership = await takeOver(settings, context);
  await superviseAll(settings, context, untilStopped());
}
