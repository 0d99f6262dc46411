// Program: the first thing inside a machine. Makes its private mounts and its network, then runs the command.
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import { run } from "@knots/host";

const [mountList = "[]", ...command] = process.argv.slice(2);

async function privateMounts(cgroups: readonly (readonly string[])[]): Promise<void> {
  await run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"]);
  for (const folder of ["/run/netns", "/run/lock", "/run/machine/upper", "/run/machine/work"]) {
    await mkdir(folder, { recursive: true });
  }
  // The first `ip netns add` would do this and never undo it.
  await run(["mount", "--bind", "/run/netns", "/run/netns"]);
  // Programs with fixed places under /var/lib write into memory; what the host has there stays readable.
  const layers = "lowerdir=/var/lib,upperdir=/run/machine/upper,workdir=/run/machine/work";
  await run(["mount", "-t", "overlay", "-o", layers, "overlay", "/var/lib"]);
  await run(["mount", "-t", "sysfs", "sysfs", "/sys"]);
  if (cgroups.some((mount) => mount.at(-1) !== "/sys/fs/cgroup")) {
    await run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/sys/fs/cgroup"]);
  }
  for (const mount of cgroups) {
    const point = mount.at(-1) ?? "";
    await mkdir(point, { recursive: true });
    await run(["mount", ...mount]);
    if (mount.includes("cgroup2")) await clearRoot(point);
  }
}

/** Version 2 hands controllers down only from a group without processes of its own. */
async function clearRoot(root: string): Promise<void> {
  await mkdir(join(root, "machine"));
  const pids = (await readFile(join(root, "cgroup.procs"), "utf8")).trim().split("\n");
  for (const pid of pids) await writeFile(join(root, "machine/cgroup.procs"), pid);
}

/** Loopback, and an uplink that leads nowhere, so that there is a node address and a default route. */
async function network(): Promise<void> {
  await run(["ip", "link", "set", "lo", "up"]);
  await run(["ip", "link", "add", "uplink0", "type", "veth", "peer", "name", "wire0"]);
  await run(["ip", "address", "add", "192.0.2.10/24", "dev", "uplink0"]);
  for (const end of ["wire0", "uplink0"]) {
    // The kernel would add an address of its own some time later, in the middle of a leak check.
    await run(["ip", "link", "set", end, "addrgenmode", "none"]);
    await run(["ip", "link", "set", end, "up"]);
  }
  await run(["ip", "route", "add", "default", "via", "192.0.2.1"]);
}

await privateMounts(JSON.parse(mountList) as string[][]);
await network();
const [program = "true", ...args] = command;
const child = spawn(program, args, { stdio: "inherit", env: { ...process.env, KNOTS_MACHINE: "1" } });
child.once("exit", (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal ?? "SIGKILL"];
});
child.once("error", (error) => {
  console.error(`${program}: ${error.message}`);
  process.exitCode = 127;
});
