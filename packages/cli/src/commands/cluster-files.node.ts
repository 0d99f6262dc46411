// The files that tell other commands about a running cluster.
import { readJsonFile, writeFileAtomic } from "@knots/host";
import { pathsOf } from "../settings/paths.ts";
import type { Settings } from "../settings/settings.ts";

/** Settings of the last start, or undefined when the cluster never ran. */
export async function readSettings(dataDir: string): Promise<Settings | undefined> {
  const value = await readJsonFile(pathsOf({ dataDir }).settings);
  return typeof value === "object" && value !== null ? (value as Settings) : undefined;
}

export async function writeSettings(settings: Settings): Promise<void> {
  await writeFileAtomic(pathsOf(settings).settings, JSON.stringify(settings));
}
