// Numbers or percentages of a whole.

/** An amount in pieces; a percentage is taken of `total` and rounded by `round`. */
export function resolveAmount(
  value: number | string | undefined,
  total: number,
  round: (exact: number) => number,
): number {
  if (value === undefined) return 0;
  if (typeof value === "number") return value;
  return /^\d+%$/.test(value) ? round((Number(value.slice(0, -1)) * total) / 100) : 0;
}
