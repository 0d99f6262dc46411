// Rows of the benchmark table: what was measured, here and by the recorded peer.

export interface Row {
  readonly work: string;
  readonly measured: string;
  /** The peer's figure, where one is recorded; its source is performance notes of upstream on two cores. */
  readonly peer?: string;
}

/** Prints rows as an aligned table. */
export function printTable(title: string, rows: readonly Row[]): void {
  const cells = [["work", "measured", "peer"], ...rows.map(({ work, measured, peer = "" }) => [work, measured, peer])];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  process.stdout.write(`\n${title}\n`);
  for (const row of cells)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("   ")
        .trimEnd()}\n`,
    );
}

/** The p-th percentile (0 to 1) of samples. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

export const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const perSecond = (count: number, elapsed: number): string =>
  `${Math.round((count / elapsed) * 1000).toLocaleString("en")}/s`;
