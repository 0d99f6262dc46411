// Ends the control plane of a test's cluster as a crash would, and waits until its successor answers.
import { readFileSync } from "node:fs";
import { get } from "node:https";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { TestCluster } from "./cluster.ts";

/** Resolves when the control plane says that it is ready. */
export async function answering({ port, pem }: Pick<TestCluster, "port" | "pem">): Promise<void> {
  const target = { host: "127.0.0.1", port, path: "/readyz", ca: pem.authority, agent: false };
  const ask = (): Promise<number | undefined> =>
    new Promise((resolve) => {
      const call = get(target, (response) => resolve(response.resume().statusCode));
      call.on("error", () => resolve(undefined));
    });
  const limit = AbortSignal.timeout(30_000);
  while ((await ask()) !== 200) await setTimeout(50, undefined, { signal: limit });
}

/** Kills the control plane; resolves when the one that the supervisor starts instead is ready. */
export async function killControlPlane(cluster: TestCluster): Promise<void> {
  const record = join(cluster.dataDir, "run", "control-plane.json");
  const { pid } = JSON.parse(readFileSync(record, "utf8")) as { readonly pid: number };
  process.kill(pid, "SIGKILL");
  await answering(cluster);
}
