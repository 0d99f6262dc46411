// Which capabilities this process has: some machines give root fewer than all.
import { readTextFile } from "../files/atomic.node.ts";

/** Linux capabilities by their number. */
export const capabilities = { sysResource: 24 } as const;

/** Whether the effective set of this process has the capability. */
export async function hasCapability(name: keyof typeof capabilities): Promise<boolean> {
  const text = (await readTextFile("/proc/self/status")) ?? "";
  const set = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(text)?.[1] ?? "0"}`);
  return ((set >> BigInt(capabilities[name])) & 1n) === 1n;
}
