// Sets of completion indexes and their text form, such as `0,2-4`.

export type Indexes = ReadonlySet<number>;

/** Reads the text form; indexes of `limit` and above are left out, and so is what is no number. */
export function parseIndexes(text: string | undefined, limit: number): Indexes {
  const indexes = new Set<number>();
  for (const part of (text ?? "").split(",")) {
    const [first, last = first] = part.split("-");
    if (!/^\d+$/.test(first ?? "") || !/^\d+$/.test(last ?? "")) continue;
    for (let index = Number(first); index <= Math.min(Number(last), limit - 1); index++) indexes.add(index);
  }
  return indexes;
}

/** Writes the text form: ascending, runs of three or more with a hyphen. */
export function formatIndexes(indexes: Indexes): string {
  const parts: string[] = [];
  let run: number[] = [];
  const close = (): void => {
    if (run.length > 0) parts.push(run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(","));
    run = [];
  };
  for (const index of [...indexes].sort((a, b) => a - b)) {
    if (run.length > 0 && index !== (run.at(-1) ?? 0) + 1) close();
    run.push(index);
  }
  close();
  return parts.join(",");
}
