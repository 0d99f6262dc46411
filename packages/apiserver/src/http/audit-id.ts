// The name of a request, in its answer and in the log.
import { type Random, uuid } from "@knots/std";
import type { Headers } from "./exchange.ts";

/** Longest name that a client may give (characters). */
const LONGEST = 64;

/** The name that the client gave, or a new one. */
export const auditIdOf = (headers: Headers, random: Random): string =>
  headers["audit-id"]?.slice(0, LONGEST) || uuid(random);
