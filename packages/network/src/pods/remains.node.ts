// What CNI leaves when pods were not taken down in order: its notes, and the network namespaces that they name.
import { readdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { isMissing, tryRun } from "@knots/host";

/** Where the CNI library notes results, on every machine. */
const NOTES = "/var/lib/cni/results";

async function notesOf(network: string): Promise<readonly string[]> {
  try {
    return (await readdir(NOTES)).filter((name) => name.startsWith(`${network}-`)).map((name) => join(NOTES, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Names of network namespaces under /run/netns in a note. */
function namespacesIn(note: string): readonly string[] {
  const paths = note.matchAll(/"(?:\/var)?\/run\/netns\/([^"/]+)"/g);
  return [...new Set([...paths].map(([, name]) => basename(name ?? "")))];
}

/** Removes notes of a CNI network and the namespaces of its pods. */
export async function removeRemains(network: string): Promise<void> {
  for (const path of await notesOf(network)) {
    const note = await readFile(path, "utf8").catch(() => "");
    for (const namespace of namespacesIn(note)) await tryRun(["ip", "netns", "delete", namespace]);
    await rm(path, { force: true });
  }
}
