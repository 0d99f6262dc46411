// Files that flags name.
import { readFile } from "node:fs/promises";
import { UserError } from "../settings/user-error.ts";

/** The text of a file; throws a UserError that names the flag. */
export async function readFlagFile(path: string, flag: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new UserError("error.file", { flag, path }, { cause });
  }
}
