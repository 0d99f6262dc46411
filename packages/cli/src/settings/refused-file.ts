// What the operating system refused at which path, found in an error or its causes.
import type { TextKey } from "../texts/text.ts";

const KEYS: Readonly<Record<string, TextKey>> = {
  EACCES: "error.denied",
  EPERM: "error.denied",
  EROFS: "error.readOnlyDisk",
  ENOSPC: "error.fullDisk",
  EDQUOT: "error.fullDisk",
  ENOTDIR: "error.noFolder",
};

/** The text that tells people, and the path; undefined for everything that is not about a file of theirs. */
export function refusedFile(error: unknown): { readonly key: TextKey; readonly path: string } | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code, path } = each as { readonly code?: unknown; readonly path?: unknown };
    const key = typeof code === "string" ? KEYS[code] : undefined;
    if (key !== undefined && typeof path === "string") return { key, path };
  }
  return undefined;
}
