// The cluster id: six hex digits from where the data dir really is.
import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";

/** The id of the cluster whose data is in `dataDir`, which must exist. */
export async function clusterId(dataDir: string): Promise<string> {
  return createHash("sha256")
    .update(await realpath(dataDir))
    .digest("hex")
    .slice(0, 6);
}
