// Key ranges: half-open intervals of strings.

/** As `end` of a range: no upper bound. */
export const UNBOUNDED = "\0";

/** The end of the range that holds every key starting with `prefix`; the empty prefix means all keys. */
export function prefixEnd(prefix: string): string {
  for (let last = prefix.length - 1; last >= 0; last--) {
    const unit = prefix.charCodeAt(last);
    if (unit < 0xffff) return prefix.slice(0, last) + String.fromCharCode(unit + 1);
  }
  return UNBOUNDED;
}

/** Keys from `start` up to, but without, `end`. */
export interface KeyRange {
  readonly start: string;
  /** Exclusive. Absent: the one key `start`. {@link UNBOUNDED}: everything from `start` on. */
  readonly end?: string | undefined;
}

/** Whether `key` lies in `range`. */
export function inRange(key: string, range: KeyRange): boolean {
  if (range.end === undefined) return key === range.start;
  return key >= range.start && (range.end === UNBOUNDED || key < range.end);
}
