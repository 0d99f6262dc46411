// Which origins of pages may call from a browser, as `--cors-allowed-origins` says.

/** Allowed origins: each has to match one of these somewhere. */
export type AllowedOrigins = readonly RegExp[];

/** Whether an expression says where a host starts: at the origin's start, or after the scheme. */
const startsHost = (text: string): boolean => text.includes("^") || text.includes("//");
/** Whether it says where the host ends: at the origin's end, or before a port. */
const endsHost = (text: string): boolean => text.includes("$") || text.replace("://", "").includes(":");

/**
 * Compiles the expressions of `--cors-allowed-origins`. Throws an `Error` that names the one that is no expression, or that is not tied to
 * both ends of a host: it would let in origins that only contain it.
 */
export function allowedOrigins(expressions: readonly string[]): AllowedOrigins {
  return expressions.map((text) => {
    if (!startsHost(text) || !endsHost(text)) {
      throw new Error(`${JSON.stringify(text)} does not say where the host starts (^ or //) and ends ($ or :)`);
    }
    try {
      return new RegExp(text, "u");
    } catch (error) {
      throw new Error(`${JSON.stringify(text)} is no regular expression`, { cause: error });
    }
  });
}
