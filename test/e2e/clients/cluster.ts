// A cluster of its own for each test file, started as a user starts it: `kts up` in a temporary folder on a free port.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output } from "./run.ts";

const kts = join(import.meta.dirname, "..", "..", "..", "bin", "kts");

export interface TestCluster {
  /** For whatever the tests write; removed with the cluster. */
  readonly folder: string;
  readonly dataDir: string;
  readonly kubeconfig: string;
  readonly port: number;
  readonly url: string;
  /** PEM texts of the authority and of the administrator's client certificate. */
  readonly pem: { readonly authority: string; readonly certificate: string; readonly key: string };
  stop(): Promise<void>;
}

/** A port of loopback that was free a moment ago. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

export function runKts(args: readonly string[]): Promise<string> {
  return output(process.execPath, [kts, ...args], { limitSeconds: 90 });
}

/** The words that start `kts`, for tests that keep the process. */
export const ktsCommand = [process.execPath, kts] as const;

export async function startCluster(): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), "knots-clients-"));
  const dataDir = join(folder, "data");
  const port = await freePort();
  await runKts(["up", "--detach", "--runtime", "simulated", "--data-dir", dataDir, "--api-port", String(port)]);
  const pem = (name: string): string => readFileSync(join(dataDir, "pki", name), "utf8");
  return {
    folder,
    dataDir,
    kubeconfig: join(dataDir, "kubeconfig"),
    port,
    url: `https://127.0.0.1:${port}`,
    pem: { authority: pem("ca.crt"), certificate: pem("admin.crt"), key: pem("admin.key") },
    async stop() {
      await runKts(["down", "--data-dir", dataDir, "--purge"]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
