// The files of a volume as a value, before they are written.

/** One file. */
export interface PayloadFile {
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** Owner; the node's root when absent. */
  readonly uid?: number;
}

/** Files by their path below the volume: relative, without "..". */
export type Payload = ReadonlyMap<string, PayloadFile>;

export const DEFAULT_MODE = 0o644;

export const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One item of a ConfigMap or Secret source. */
interface Item {
  readonly key: string;
  readonly path: string;
  readonly mode?: number;
}

/** What of an object is put into files, and how. */
export interface KeySelection {
  readonly items?: readonly Item[];
  readonly mode: number;
  readonly optional: boolean;
  /** Refusal for a key that is not there. */
  readonly missing: (key: string) => Error;
}

/** Puts keys into files: all of them, or those that items name. */
export function keyFiles(values: ReadonlyMap<string, Uint8Array>, selection: KeySelection): Payload {
  const { items, mode, optional, missing } = selection;
  if (!items || items.length === 0) return new Map([...values].map(([key, bytes]) => [key, { bytes, mode }]));
  const files = new Map<string, PayloadFile>();
  for (const item of items) {
    const bytes = values.get(item.key);
    if (bytes) files.set(item.path, { bytes, mode: item.mode ?? mode });
    else if (!optional) throw missing(item.key);
  }
  return files;
}
