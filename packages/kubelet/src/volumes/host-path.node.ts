// Paths of the node: what must be there, and what is made.
import type { Stats } from "node:fs";
import { mkdir, open, stat } from "node:fs/promises";
import type { HostPathVolumeSource } from "@knots/api";
import { isMissing } from "@knots/host";
import { VolumeError } from "./error.ts";

interface Expectation {
  readonly matches: (stats: Stats) => boolean;
  readonly words: string;
  readonly make?: (path: string) => Promise<void>;
}

const isDirectory = (stats: Stats): boolean => stats.isDirectory();
const isFile = (stats: Stats): boolean => stats.isFile();
const makeFolder = async (path: string): Promise<void> => void (await mkdir(path, { recursive: true, mode: 0o755 }));
const makeFile = async (path: string): Promise<void> => await (await open(path, "a", 0o644)).close();

const EXPECTED: Readonly<Record<string, Expectation>> = {
  DirectoryOrCreate: { matches: isDirectory, words: "a directory", make: makeFolder },
  Directory: { matches: isDirectory, words: "a directory" },
  FileOrCreate: { matches: isFile, words: "a file", make: makeFile },
  File: { matches: isFile, words: "a file" },
  Socket: { matches: (stats) => stats.isSocket(), words: "a socket file" },
  CharDevice: { matches: (stats) => stats.isCharacterDevice(), words: "a character device" },
  BlockDevice: { matches: (stats) => stats.isBlockDevice(), words: "a block device" },
};

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Checks the path, making it where the type says so. Without a type nothing is looked at. */
export async function checkHostPath({ path, type = "" }: HostPathVolumeSource): Promise<void> {
  const expected = EXPECTED[type];
  if (!expected) return;
  if (expected.make && !(await statOf(path))) await expected.make(path);
  const found = await statOf(path);
  if (!found || !expected.matches(found))
    throw new VolumeError(`hostPath type check failed: ${path} is not ${expected.words}`);
}
