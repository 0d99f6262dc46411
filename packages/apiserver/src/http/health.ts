// Health endpoints: named checks, one line each when asked for details.

/** A named check; a text says what is wrong. */
export interface HealthCheck {
  readonly name: string;
  readonly check: () => string | undefined;
}

export interface HealthAnswer {
  readonly status: number;
  readonly text: string;
}

/** Answers `/livez`, `/readyz`, `/healthz` (`endpoint`) or one check below them. Undefined when there is no such check. */
export function answerHealth(
  endpoint: string,
  checks: readonly HealthCheck[],
  {
    only,
    verbose,
    exclude,
  }: { readonly only?: string; readonly verbose: boolean; readonly exclude: readonly string[] },
): HealthAnswer | undefined {
  const wanted =
    only === undefined
      ? checks.filter(({ name }) => !exclude.includes(name))
      : checks.filter(({ name }) => name === only);
  if (wanted.length === 0) return undefined;
  const faults = wanted.map(({ name, check }) => ({ name, fault: check() }));
  const failed = faults.some(({ fault }) => fault !== undefined);
  if (!failed && !verbose) return { status: 200, text: "ok" };
  const lines = faults.map(({ name, fault }) =>
    fault === undefined ? `[+]${name} ok` : `[-]${name} failed: reason withheld`,
  );
  const end = `${endpoint} check ${failed ? "failed" : "passed"}`;
  return { status: failed ? 500 : 200, text: [...lines, end, ""].join("\n") };
}
