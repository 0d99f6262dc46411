// Finds the Node and the npm that build images get: this process's own Node, and an npm that stands on its own.
import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isMissing } from "../files/atomic.node.ts";
import { type RunOptions, run } from "../process/run.node.ts";
import type { NodeSource } from "./recipes/node.ts";

/** Fetched where the machine's own npm is spread over Debian's packages and cannot be taken along. */
const npmVersion = "11.19.1";

/** `home` receives a fetched npm; nothing is fetched when the machine has a whole one, or twice. */
export async function findNodeSource(home: string, options: Pick<RunOptions, "signal"> = {}): Promise<NodeSource> {
  const node = process.execPath;
  const fetched = join(home, `npm-${npmVersion}`);
  const ownTree = join(dirname(node), "../lib/node_modules/npm");
  const folders = [ownTree, "/usr/local/lib/node_modules/npm", "/usr/lib/node_modules/npm"];
  for (const npm of [...folders, join(fetched, "node_modules/npm")]) {
    if (await isWhole(npm)) return { node, npm };
  }
  await mkdir(fetched, { recursive: true });
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save"];
  await run(["npm", "install", ...flags, "--prefix", fetched, `npm@${npmVersion}`], { ...options, timeout: 300_000 });
  return { node, npm: join(fetched, "node_modules/npm") };
}

/** Whether the folder has npm with everything npm needs inside. */
async function isWhole(npm: string): Promise<boolean> {
  for (const part of ["bin/npm-cli.js", "node_modules/semver/package.json"]) {
    try {
      await stat(join(npm, part));
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
  return true;
}
