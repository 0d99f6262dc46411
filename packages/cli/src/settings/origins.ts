// Origins of pages that may call an API server from a browser, with upstream's flag name.
import { allowedOrigins } from "@knots/apiserver";
import { UserError } from "./user-error.ts";

/** Regular expressions, each tied to both ends of a host. */
export interface OriginSettings {
  readonly corsAllowedOrigins?: readonly string[];
}

/** Checks the expressions; throws a UserError that names the one that is wrong. */
export function originsOf({ corsAllowedOrigins }: OriginSettings): OriginSettings {
  if (corsAllowedOrigins === undefined) return {};
  try {
    allowedOrigins(corsAllowedOrigins);
  } catch (error) {
    throw new UserError("error.origin", { flag: "--cors-allowed-origins", why: (error as Error).message });
  }
  return { corsAllowedOrigins };
}
