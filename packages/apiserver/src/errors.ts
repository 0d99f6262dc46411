// Failures of the API in upstream's words: one function for each.
import { ApiError, type FieldError, failure, type StatusCause, type StatusDetails } from "@knots/machinery";

/** What an error needs to know of a kind. */
export interface KindName {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
}

const qualified = (group: string, name: string): string => (group === "" ? name : `${name}.${group}`);

function details(kind: KindName, name: string, more: Partial<StatusDetails> = {}): StatusDetails {
  return { name, ...(kind.group !== "" && { group: kind.group }), kind: kind.plural, ...more };
}

export const objectNotFound = (kind: KindName, name: string): ApiError =>
  new ApiError(
    failure(404, "NotFound", `${qualified(kind.group, kind.plural)} "${name}" not found`, details(kind, name)),
  );

export const alreadyExists = (kind: KindName, name: string): ApiError =>
  new ApiError(
    failure(
      409,
      "AlreadyExists",
      `${qualified(kind.group, kind.plural)} "${name}" already exists`,
      details(kind, name),
    ),
  );

export const conflict = (kind: KindName, name: string, why: string): ApiError =>
  new ApiError(
    failure(
      409,
      "Conflict",
      `Operation cannot be fulfilled on ${qualified(kind.group, kind.plural)} "${name}": ${why}`,
      details(kind, name),
    ),
  );

export const staleObject = (kind: KindName, name: string): ApiError =>
  conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

/** A refused write for a reason that is not about access rights of the user as such. */
export const forbiddenWrite = (kind: KindName, name: string, why: string, causes?: readonly StatusCause[]): ApiError =>
  new ApiError(
    failure(
      403,
      "Forbidden",
      `${qualified(kind.group, kind.plural)}${name === "" ? "" : ` "${name}"`} is forbidden: ${why}`,
      details(kind, name, causes ? { causes } : {}),
    ),
  );

const sentence = (error: FieldError): string => (error.field ? `${error.field}: ${error.message}` : error.message);

/** 422 with every fault as a cause. */
export function invalidObject(
  kind: Pick<KindName, "group" | "kind">,
  name: string,
  errors: readonly FieldError[],
): ApiError {
  const all = errors.map(sentence);
  const list = all.length === 1 ? all[0] : `[${all.join(", ")}]`;
  const causes = errors.map(({ type, message, field }) => ({ reason: type, message, field }));
  return new ApiError(
    failure(422, "Invalid", `${qualified(kind.group, kind.kind)} "${name}" is invalid: ${list}`, {
      name,
      ...(kind.group !== "" && { group: kind.group }),
      kind: kind.kind,
      causes,
    }),
  );
}

export const badRequest = (message: string): ApiError => new ApiError(failure(400, "BadRequest", message));

export const unknownResource = (): ApiError =>
  new ApiError(failure(404, "NotFound", "the server could not find the requested resource", {}));

/** 405 for a verb that a resource does not serve. */
export const verbNotSupported = (kind: KindName, verb: string): ApiError =>
  new ApiError(
    failure(
      405,
      "MethodNotAllowed",
      `${verb} is not supported on resources of kind "${qualified(kind.group, kind.plural)}"`,
      details(kind, ""),
    ),
  );

export const methodNotAllowed = (): ApiError =>
  new ApiError(failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"));

/** 405 for what this server could do on another store. */
export const notHere = (message: string): ApiError => new ApiError(failure(405, "MethodNotAllowed", message));

/** 405 for whatever is neither a read nor done at once, below `/at/`. */
export const readOnlyPast = (verb: string): ApiError =>
  new ApiError(
    failure(
      405,
      "MethodNotAllowed",
      `${verb} is not possible here: /at/ shows a past state, which can be read and listed only`,
    ),
  );

export const unsupportedMediaType = (accepted: readonly string[]): ApiError =>
  new ApiError(
    failure(
      415,
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
    ),
  );

export const notAcceptable = (offered: readonly string[]): ApiError =>
  new ApiError(failure(406, "NotAcceptable", `only the following media types are accepted: ${offered.join(", ")}`));

/** 406 for metadata of one object where there are many, or of many where there is one. */
export const wrongShape = (wanted: string, wantsList: boolean): ApiError =>
  new ApiError(
    failure(
      406,
      "NotAcceptable",
      `you requested ${wanted}, but the requested object is ${wantsList ? "not a list" : "a list"}`,
    ),
  );

export const entityTooLarge = (limit: number): ApiError =>
  new ApiError(failure(413, "RequestEntityTooLarge", `Request entity is too large: limit is ${limit}`));

export const expired = (message: string): ApiError => new ApiError(failure(410, "Expired", message));

/** The revision asked for lies in the future. */
export const tooLargeResourceVersion = (wanted: number, current: number): ApiError =>
  new ApiError(
    failure(504, "Timeout", `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    }),
  );

export const unauthorized = (message = "Unauthorized"): ApiError => new ApiError(failure(401, "Unauthorized", message));

export const internalError = (message: string, cause?: unknown): ApiError =>
  new ApiError(failure(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] }), {
    cause,
  });

/** 500 for what upstream has no reason for: faults of its own machinery that a client may cause. */
export const internalFault = (message: string): ApiError =>
  new ApiError({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, code: 500 });

export const requestTimeout = (): ApiError =>
  new ApiError(
    failure(504, "Timeout", "Timeout: request did not complete within requested timeout - context deadline exceeded"),
  );

/** Nobody who could answer for the store was reached, after a wait that was long already: without a time to come back. */
export const storeAway = (why: string, cause: unknown): ApiError =>
  new ApiError(failure(503, "ServiceUnavailable", `the store does not answer: ${why}`), { cause });

/** A write was handed to the store, and nobody knows what became of it. */
export const outcomeUnknown = (why: string, cause: unknown): ApiError =>
  new ApiError(failure(504, "Timeout", `the write may or may not have taken effect: ${why}`), { cause });

export const tooManyRequests = (message: string, more: StatusDetails): ApiError =>
  new ApiError(failure(429, "TooManyRequests", message, more));

/** More requests than the server takes on. */
export const overloaded = (): ApiError =>
  tooManyRequests("Too many requests, please try again later.", { retryAfterSeconds: 1 });

/**
 * A write that the store refuses until its disk has space again. Without a time to come back, so that clients show it
 * instead of waiting.
 */
export const storeFull = (why: string, cause: unknown): ApiError =>
  internalError(
    `the store takes no writes (${why}): free space on its disk, and writes go on by themselves; reads are not affected`,
    cause,
  );

export const unavailable = (message: string, cause?: unknown): ApiError =>
  new ApiError(failure(503, "ServiceUnavailable", message, { retryAfterSeconds: 1 }), { cause });
