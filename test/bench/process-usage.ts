// What a process uses: CPU time and proportional memory, from /proc.
import { readFile } from "node:fs/promises";

const TICK = 10;

/** CPU time of a process in milliseconds (user and system). */
export async function cpuTime(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** Proportional set size in MiB: shared pages are counted by share. */
export async function memory(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024;
}
