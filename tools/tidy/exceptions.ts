// The list of tolerated findings, which may only shrink.

export interface Exceptions {
  /** How many entries there may be. Lower it with every entry that goes; never raise it. */
  readonly maximum: number;
  readonly entries: readonly Entry[];
  /** On how many lines a linter may be silenced with a reason beside the code. Lower it when lines go. */
  readonly silenced: number;
}

interface Place {
  readonly rule: string;
  readonly file: string;
}

interface Entry extends Place {
  readonly reason: string;
}

/** Drops the findings that the list tolerates. */
export function untolerated<T extends Place>(found: readonly T[], list: Exceptions): T[] {
  return found.filter((one) => !list.entries.some((entry) => covers(entry, one)));
}

/** Tells what is wrong with the list itself, given all findings and the count of silenced lines. */
export function faultsOf(list: Exceptions, found: readonly Place[], silenced: number): string[] {
  const stale = list.entries.filter((entry) => !found.some((one) => covers(entry, one)));
  const bare = list.entries.filter((entry) => entry.reason.length < 10);
  const { length } = list.entries;
  return [
    ...stale.map(({ rule, file }) => `${rule} finds nothing in ${file} any more: delete the entry, lower maximum`),
    ...bare.map(({ rule, file }) => `${rule} in ${file} has no reason: give one`),
    ...(length > list.maximum ? [`${length} entries, maximum ${list.maximum}: mend the finding instead`] : []),
    ...(length < list.maximum ? [`${length} entries, maximum ${list.maximum}: lower maximum to ${length}`] : []),
    ...(silenced > list.silenced ? [`${silenced} silenced lines, limit ${list.silenced}: mend the cause instead`] : []),
  ];
}

function covers(entry: Place, one: Place): boolean {
  return entry.rule === one.rule && entry.file === one.file;
}
