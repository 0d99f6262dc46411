// One request on its way, and what the handler that serves it is made of.
import type { Clock, Logger, Random } from "@knots/std";
import type { ApiServer } from "../server.ts";
import type { User } from "../user.ts";
import type { SchemaOf } from "./codec.ts";
import type { Documents } from "./documents.ts";
import type { Exchange, HttpRequest } from "./exchange.ts";
import type { HealthCheck } from "./health.ts";
import type { AllowedOrigins } from "./origins.ts";
import type { StreamingHandler } from "./streaming.ts";
import type { Gzip } from "./write-answer.ts";

/** What the HTTP handler is made of. */
export interface HandlerParts {
  readonly server: ApiServer;
  readonly documents: Documents;
  readonly schemaOf: SchemaOf;
  readonly checks: readonly HealthCheck[];
  readonly authenticate: (request: HttpRequest) => Promise<User>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly gzip: Gzip;
  readonly address: string;
  readonly origins: AllowedOrigins;
  readonly limits: { readonly body: number; readonly timeout: number };
  readonly streaming?: StreamingHandler | undefined;
}

/** One request on its way. */
export interface Call {
  readonly parts: HandlerParts;
  readonly exchange: Exchange;
  readonly headers: Record<string, string | readonly string[]>;
  readonly warnings: string[];
}
