// A containerd that somebody else runs, with settings, folders, images and containers of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { copyFile, mkdir, readdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Ctr,
  checkContainerdSocket,
  createGrpcClient,
  ctrFor,
  ensurePart,
  imageArchive,
  type LocalImage,
  listMounts,
  type Part,
  ProgramError,
  parts,
  programOf,
  unmountBelow,
} from "@knots/host";
import { createCriRuntime, type Runtime } from "@knots/kubelet";
import { realClock } from "@knots/std";
import { until } from "../cluster/kts.ts";

export interface Foreign {
  readonly socket: string;
  readonly networks: string;
  readonly plugins: string;
  readonly ctr: Ctr;
  /** Everything in it, whoever made it. */
  readonly runtime: Runtime;
  /** Into the namespace of CRI, or another. */
  importImage(image: LocalImage, namespace?: string): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it with all that is in it. */
  end(): Promise<void>;
}

export interface ForeignSettings {
  readonly home: string;
  readonly disabled?: string;
  readonly systemdGroups?: boolean;
}

const runc = "io.containerd.runc.v2";
const cri = `plugins."io.containerd.grpc.v1.cri"`;

function toml({ home, disabled, systemdGroups = false }: ForeignSettings, part: Part): string {
  return `version = 2
root = "${home}/root"
state = "${home}/state"
disabled_plugins = [${disabled ? `"${disabled}"` : ""}]
[grpc]
address = "${home}/containerd.sock"
[${cri}]
disable_apparmor = true
restrict_oom_score_adj = true
[${cri}.containerd.runtimes.runc]
runtime_type = "${runc}"
[${cri}.containerd.runtimes.runc.options]
BinaryName = "${programOf(part, "runc")}"
SystemdCgroup = ${systemdGroups}
[${cri}.cni]
bin_dir = "${home}/plugins"
conf_dir = "${home}/networks"
`;
}

/** Starts it from a part of its own; one CNI plugin is its own, the others are lacking. */
export async function startForeign(settings: ForeignSettings): Promise<Foreign> {
  const { home } = settings;
  const part = await ensurePart(parts.containerd, { dataDir: home });
  const [socket, networks, plugins] = ["containerd.sock", "networks", "plugins"].map((name) => join(home, name));
  for (const folder of [networks, plugins]) await mkdir(folder ?? "", { recursive: true });
  await copyFile(programOf(part, "loopback"), join(plugins ?? "", "loopback"));
  const config = join(home, "config.toml");
  await writeFile(config, toml(settings, part));
  const ctr = ctrFor(programOf(part, "ctr"), socket ?? "", part.env);
  const client = createGrpcClient(`unix://${socket}`);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const log = openSync(join(home, "containerd.log"), "a");
    const path = `${part.dir}/usr/bin:${part.dir}/usr/sbin:${process.env["PATH"]}`;
    child = spawn(programOf(part, "containerd"), ["--config", config], {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...part.env, PATH: path },
    });
    await until("the foreign containerd answers", () => checkContainerdSocket(socket ?? "").then(() => true));
    await ctr(["version"]);
  };
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  const removeTasks = async (): Promise<void> => {
    for (const namespace of ["default", "k8s.io"]) {
      const { stdout } = await ctr(["--namespace", namespace, "tasks", "list", "--quiet"]);
      for (const task of stdout.split("\n").filter((line) => line !== ""))
        await ctr(["--namespace", namespace, "tasks", "delete", "--force", task], { timeout: 20_000 }).catch(gone);
    }
  };
  await start();
  return {
    socket: socket ?? "",
    networks: networks ?? "",
    plugins: plugins ?? "",
    ctr,
    runtime: createCriRuntime({ client, clock: realClock }),
    async importImage(image, namespace = "k8s.io") {
      await ctr(["--namespace", namespace, "images", "import", "-"], { input: imageArchive(image), timeout: 300_000 });
    },
    kill: () => stop("SIGKILL"),
    start,
    async end() {
      try {
        await removeTasks();
      } finally {
        await stop("SIGTERM");
      }
      client.close();
      await unmountBelow(home);
      await removeGroups();
      for (const folder of ["s", "fifo", "runc", ""]) await rmdir(join("/run/containerd", folder)).catch(() => {});
      for (const folder of ["root", "state", "networks", "plugins"])
        await rm(join(home, folder), { recursive: true, force: true });
    },
  };
}

/** Its CRI plugin removes tasks too, when they end. */
function gone(error: unknown): void {
  if (!(error instanceof ProgramError && error.stderrTail.includes("not found"))) throw error;
}

/** Groups that runc makes for containerd's namespaces, and leaves. */
async function removeGroups(): Promise<void> {
  for (const { point } of (await listMounts()).filter(({ type }) => type.startsWith("cgroup")))
    for (const name of ["default", "k8s.io"]) {
      const inner = await readdir(join(point, name), { withFileTypes: true }).catch(() => []);
      for (const entry of inner.filter((each) => each.isDirectory()))
        await rmdir(join(point, name, entry.name)).catch(() => {});
      await rmdir(join(point, name)).catch(() => {});
    }
}
