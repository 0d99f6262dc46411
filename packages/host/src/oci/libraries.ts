// Which shared libraries a program needs: the answer of the dynamic loader as values.

export interface LibraryAnswer {
  /** Absolute paths of the libraries that were found. */
  readonly found: readonly string[];
  readonly missing: readonly string[];
}

/** Parses what `ldd` (that is, `ld.so --list`) prints: `name => path (address)`, `path (address)`, `name => not found`. */
export function parseLibraries(stdout: string): LibraryAnswer {
  const found: string[] = [];
  const missing: string[] = [];
  for (const line of stdout.split("\n")) {
    const text = line.trim();
    const absent = /^(\S+) => not found$/.exec(text)?.[1];
    const present = /^(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/.exec(text)?.[1];
    if (absent) missing.push(absent);
    else if (present) found.push(present);
  }
  return { found, missing };
}
