// Rules of how a daemon set replaces its pods.
import { type Check, invalid, notSupported, required } from "@knots/machinery";
import { checkAmount, checkPart, isZeroAmount } from "./amount-checks.ts";

interface RollingUpdate {
  readonly maxUnavailable?: number | string;
  readonly maxSurge?: number | string;
}

/** A node has either no pod for a while or two, and one of them at least. */
export const surgeOrGap: Check<RollingUpdate> = function* ({ maxUnavailable, maxSurge }, { path }) {
  const [gap, surge] = [path.child("maxUnavailable"), path.child("maxSurge")];
  for (const [at, amount] of [[gap, maxUnavailable] as const, [surge, maxSurge] as const]) {
    yield* checkAmount(at, amount);
    yield* checkPart(at, amount);
  }
  const [hasGap, hasSurge] = [!isZeroAmount(maxUnavailable), !isZeroAmount(maxSurge)];
  if (hasGap && hasSurge) yield invalid(surge, maxSurge, "may not be set when maxUnavailable is non-zero");
  if (!hasGap && !hasSurge) yield required(gap, "cannot be 0 when maxSurge is 0");
};

/** The strategy is one of two; the rolling one says how far it goes. */
export const oneKnownStrategy: Check<{ readonly type?: string; readonly rollingUpdate?: RollingUpdate }> = function* (
  strategy,
  { path },
) {
  const { type, rollingUpdate } = strategy;
  if (type === "OnDelete") return;
  if (type !== "RollingUpdate") yield notSupported(path, strategy, ["RollingUpdate", "OnDelete"]);
  else if (!rollingUpdate) yield required(path.child("rollingUpdate"));
};
