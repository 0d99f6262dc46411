// What a path that is no resource is made of: who answers it, from what, and with what.
import type { ApiServer } from "../server.ts";
import type { Documents } from "./documents.ts";
import type { HttpRequest } from "./exchange.ts";
import type { HealthCheck } from "./health.ts";
import type { Chosen } from "./negotiate.ts";

/** What a path answers: a text, another address, bytes, or a value with an optional tag in the form that was chosen (JSON where there is no choice). */
export type PathAnswer =
  | { readonly text: string; readonly status: number }
  | { readonly redirect: string }
  | (Kept & { readonly bytes: Uint8Array; readonly etag: string; readonly contentType: string })
  | (Kept & Partial<Chosen> & { readonly value: object; readonly etag?: string; readonly type?: string });

interface Kept {
  /** Whether the address stands for this state alone: then clients need not ask again. */
  readonly immutable?: boolean;
}

export interface RouteParts {
  readonly server: ApiServer;
  readonly documents: Documents;
  readonly checks: readonly HealthCheck[];
  /** Where clients reach the server: `address:port`. */
  readonly address: string;
}

export type Route = (parts: RouteParts, request: HttpRequest, rest: string) => PathAnswer | undefined;
