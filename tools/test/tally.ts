// Counts of tests, and what counts as a failure in CI.

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Reasons of the tests that were skipped, one for each. */
  readonly skips: readonly string[];
}

export const nothing: Tally = { passed: 0, failed: 0, skips: [] };

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((count, one) => count + one.passed, 0),
    failed: tallies.reduce((count, one) => count + one.failed, 0),
    skips: tallies.flatMap((one) => one.skips),
  };
}

/** In CI a test that skips because a stock client is missing (its reason begins with "stock client") has failed. */
export function strict(tally: Tally): Tally {
  const missing = tally.skips.filter(isMissingClient);
  return {
    passed: tally.passed,
    failed: tally.failed + missing.length,
    skips: tally.skips.filter((reason) => !isMissingClient(reason)),
  };
}

export function isMissingClient(reason: string): boolean {
  return reason.startsWith("stock client");
}

/** Each reason once, with how often it was given. */
export function reasons(skips: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const reason of skips) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} skipped: ${reason}`);
}

/** The last line of a run. */
export function lineOf({ passed, failed, skips }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skips.length} skipped`;
}
