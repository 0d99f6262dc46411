// Program: keeps one machine. Makes its namespaces and groups, runs the command inside and removes everything after it.
// Its parent's death is a SIGTERM to it; its own death, however sudden, kills all that runs inside.
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { enterGroup, groupNameFor, groupTrees, leaveGroup, removeStaleGroups } from "./groups.node.ts";
import { cgroupMountArguments } from "./mounts.ts";

const [parent, ...command] = process.argv.slice(2);

// The shell is process 1: it reaps what daemons leave behind, which Node does not.
const reaper = ["sh", "-c", '"$@" <&0 & wait "$!"', "sh"];
const namespaces = ["--net", "--mount", "--pid", "--cgroup", "--uts", "--ipc", "--mount-proc"];

async function main(): Promise<number> {
  let child: ChildProcess | undefined;
  let stopped = false;
  const stop = () => {
    stopped = true;
    child?.kill("SIGKILL");
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
  if (process.ppid !== Number(parent)) return 1;
  await removeStaleGroups();
  const group = await groupNameFor(process.pid);
  const mounts = cgroupMountArguments(await groupTrees());
  try {
    await enterGroup(group);
    if (stopped) return 143;
    const flags = [...namespaces, "--fork", "--kill-child=KILL", "--propagation", "private"];
    const init = [process.execPath, join(import.meta.dirname, "init.node.ts"), JSON.stringify(mounts), ...command];
    const started = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...flags, ...reaper, ...init], {
      stdio: "inherit",
    });
    child = started;
    return await ended(started);
  } finally {
    await leaveGroup(group);
  }
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]));
  });
}

process.exitCode = await main();
