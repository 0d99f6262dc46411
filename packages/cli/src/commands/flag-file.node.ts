// Files that flags name.
import { readFile } from "node:fs/promises";
import { UserError } from "../settings/user-error.ts";

async function read(path: string, flag: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new UserError("error.file", { flag, path }, { cause });
  }
}

const known = new Map<string, Promise<string>>();

/** The text of a file, read once: later this process may not be allowed to. Throws a UserError that names the flag. */
export function readFlagFile(path: string, flag: string): Promise<string> {
  const text = known.get(path) ?? read(path, flag);
  known.set(path, text);
  return text;
}

type FileFlags = Readonly<Partial<Record<string, unknown>>>;

/** Reads every file that these flags name: their names end in `File` or `file`, their values are paths. */
export async function readFlagFiles(flags: FileFlags): Promise<void> {
  for (const [name, value] of Object.entries(flags)) {
    if (!/[Ff]ile$/.test(name)) continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const paths = Array.isArray(value) ? value : [value];
    for (const path of paths) if (typeof path === "string") await readFlagFile(path, flag);
  }
}
