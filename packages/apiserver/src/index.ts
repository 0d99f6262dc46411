// Public names of @knots/apiserver.
export type { AdmissionPlugin, Attributes, Operation } from "./admission/admission.ts";
export type { ApiServerLimits, ApiServerOptions, TokenOptions } from "./options.ts";
export { type ApiServer, createApiServer } from "./server.ts";
export { ANONYMOUS, authenticated, LOOPBACK, MASTERS_GROUP, type User } from "./user.ts";
