// Sizes as people read them.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** 1536 -> `1.5 KiB`; one digit after the point at most. */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${UNITS[power]}`;
}
