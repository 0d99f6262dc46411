// The API server as a transport in process: the same chain, frozen objects, no serialisation.
import type { Transport } from "@knots/client";
import { ApiError } from "@knots/machinery";
import { StoreError } from "@knots/store";
import type { Chain } from "./chain/chain.ts";
import type { RequestContext } from "./context.ts";
import { expired, internalError, outcomeUnknown, storeAway, storeFull, unavailable } from "./errors.ts";
import type { User } from "./user.ts";

/** Any failure as the `ApiError` that a client sees; what nobody expected is an internal error with a cause. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof StoreError) return ofStore(error);
  return internalError(error instanceof Error ? error.message : String(error), error);
}

/**
 * What clients must not simply repeat is told apart: a write of which nobody knows whether it took effect is a timeout without a time to come back,
 * so that no client tries it again by itself.
 */
function ofStore(error: StoreError): ApiError {
  switch (error.code) {
    case "full":
      return storeFull(error.message, error);
    case "unknown-outcome":
    case "io":
      return outcomeUnknown(error.message, error);
    case "unavailable":
      return storeAway(error.message, error);
    case "denied":
      return internalError(error.message, error);
    case "compacted":
      return expired(`The resourceVersion is too old: ${error.message}`);
    default:
      return unavailable(`the store cannot answer: ${error.message}`, error);
  }
}

/** A transport bound to `user`. */
export function createTransport(chain: Chain, user: User, warn: (message: string) => void = () => {}): Transport {
  const contextOf = (options: RequestContext["options"] = {}, signal?: AbortSignal): RequestContext => ({
    user,
    options,
    signal,
    warn,
  });
  return {
    async request(request, signal) {
      signal?.throwIfAborted();
      try {
        return (await chain.handle(request, contextOf(request.options, signal))).body;
      } catch (error) {
        throw asApiError(error);
      }
    },
    async watch(request, signal) {
      signal?.throwIfAborted();
      try {
        return await chain.watch(request, contextOf(request.options, signal));
      } catch (error) {
        throw asApiError(error);
      }
    },
  };
}
