// Reads facts and load of this machine.
import { mkdir, statfs } from "node:fs/promises";
import { arch, availableParallelism, hostname, release, totalmem } from "node:os";
import { readTextFile } from "@knots/host";
import type { Machine, MachineLoad, MachineReader } from "./options.ts";

const GO_NAMES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

const firstLine = async (path: string): Promise<string> => ((await readTextFile(path).catch(() => "")) ?? "").trim();

async function osImage(): Promise<string> {
  const text = (await readTextFile("/etc/os-release")) ?? "";
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? "Linux";
}

/** Bytes that programs can still get, by the kernel's own estimate. */
async function memoryAvailable(): Promise<number> {
  const text = (await readTextFile("/proc/meminfo")) ?? "";
  return Number(/^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

async function processes(): Promise<Pick<MachineLoad, "processes" | "maxProcesses">> {
  const [load, most] = await Promise.all([firstLine("/proc/loadavg"), firstLine("/proc/sys/kernel/pid_max")]);
  return { processes: Number(/\/(\d+) /.exec(load)?.[1] ?? 0), maxProcesses: Number(most || 32_768) };
}

/** The reader; `dataDir` tells which file system pods use. */
export function createMachineReader(dataDir: string): MachineReader {
  const storage = async () => {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    return await statfs(dataDir);
  };
  return {
    async machine(): Promise<Machine> {
      const { blocks, bsize } = await storage();
      return {
        hostname: hostname(),
        cpus: availableParallelism(),
        memoryBytes: totalmem(),
        storageBytes: blocks * bsize,
        machineId: await firstLine("/etc/machine-id"),
        systemUuid: await firstLine("/sys/class/dmi/id/product_uuid"),
        bootId: await firstLine("/proc/sys/kernel/random/boot_id"),
        kernelVersion: release(),
        osImage: await osImage(),
        architecture: GO_NAMES[arch()] ?? arch(),
      };
    },
    async load(): Promise<MachineLoad> {
      const { blocks, bavail, bsize } = await storage();
      return {
        memoryAvailable: await memoryAvailable(),
        storageAvailable: bavail * bsize,
        storageBytes: blocks * bsize,
        ...(await processes()),
      };
    },
  };
}
