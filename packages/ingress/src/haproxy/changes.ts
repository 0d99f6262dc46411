// The commands that change HAProxy's maps and certificates at run time. Pure text.

/** A map as it was and as it should be. */
export interface MapChange {
  readonly file: string;
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

/** Commands that add, change and remove entries, in an order in which no request ever finds less than before or after. */
export function mapCommands({ file, before, after }: MapChange): readonly string[] {
  const added = [...after].filter(([key]) => !before.has(key)).map(([key, site]) => `add map ${file} ${key} ${site}`);
  const changed = [...after]
    .filter(([key, site]) => before.has(key) && before.get(key) !== site)
    .map(([key, site]) => `set map ${file} ${key} ${site}`);
  const removed = [...before.keys()].filter((key) => !after.has(key)).map((key) => `del map ${file} ${key}`);
  return [...added, ...changed, ...removed];
}

/** Commands with a payload end with an empty line; each must be sent alone. */
export const certificateCommands = {
  /** Replaces the certificate of `file`. */
  replace: (file: string, pem: string): readonly string[] => [
    `set ssl cert ${file} <<\n${pem.trim()}\n`,
    `commit ssl cert ${file}`,
  ],
  /** Adds a certificate for `host`. */
  add: (list: string, file: string, entry: { readonly pem: string; readonly host: string }): readonly string[] => [
    `new ssl cert ${file}`,
    `set ssl cert ${file} <<\n${entry.pem.trim()}\n`,
    `commit ssl cert ${file}`,
    `add ssl crt-list ${list} <<\n${file} ${entry.host}\n`,
  ],
  /** Forgets a certificate. */
  remove: (list: string, file: string): readonly string[] => [
    `del ssl crt-list ${list} ${file}`,
    `del ssl cert ${file}`,
  ],
} as const;
