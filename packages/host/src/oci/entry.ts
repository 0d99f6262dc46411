// The files of a layer as values, in the one order and with the one ownership that make layers reproducible.

/** Where the bytes of a file come from. A path on disk must not change while the layer is written. */
export type Content = Uint8Array | { readonly disk: string; readonly size: number };

/** Paths have no leading slash. Owner is root and the time is 1970 unless said otherwise: nothing else gets into a layer. */
export type LayerEntry = { readonly path: string; readonly uid?: number; readonly gid?: number } & (
  | {
      readonly type: "file";
      readonly mode: number;
      readonly content: Content;
      /** Seconds since 1970; 0 when not given. Must follow from the content, or equal layers would differ. */
      readonly modified?: number;
    }
  | { readonly type: "directory"; readonly mode: number }
  | { readonly type: "link"; readonly target: string }
);

/**
 * Sorted by path, so that parents come first; missing parents are added with mode 0755. Of two entries with one path
 * the later wins. Throws on paths that leave the root.
 */
export function orderedEntries(entries: Iterable<LayerEntry>): LayerEntry[] {
  const byPath = new Map<string, LayerEntry>();
  for (const entry of entries) {
    const path = cleanPath(entry.path);
    byPath.set(path, { ...entry, path });
  }
  for (const path of byPath.keys()) {
    for (const parent of parentsOf(path)) {
      if (!byPath.has(parent)) byPath.set(parent, { type: "directory", path: parent, mode: 0o755 });
    }
  }
  // By code unit: no locale may change the order.
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Without leading `/` or `./` and without a trailing slash. */
export function cleanPath(path: string): string {
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.length === 0 || names.includes("..")) throw new Error(`not a path inside an image: ${path}`);
  return names.join("/");
}

function parentsOf(path: string): string[] {
  const names = path.split("/");
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
}
