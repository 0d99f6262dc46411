// Files with a secret of their own: made once, then kept.
import { stat } from "node:fs/promises";
import { type Owner, readTextFile, writeFileAtomic } from "./atomic.node.ts";

/**
 * The text of a file (0600), which is made when it is missing. Where an owner is given and the file is somebody else's, it is replaced by one of the
 * owner's: a name that somebody else may hold keeps the old one.
 */
export async function keptFile(path: string, make: () => string, owner?: Owner): Promise<string> {
  const whose = owner && { owner };
  const present = await readTextFile(path);
  if (present === undefined) {
    const text = make();
    await writeFileAtomic(path, text, { ...whose });
    return text;
  }
  if (owner && (await stat(path)).uid !== owner.uid) await writeFileAtomic(path, present, { owner });
  return present;
}
