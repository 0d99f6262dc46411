// Public names of @knots/apiserver.
export type { AdmissionPlugin, Attributes, Operation } from "./admission/admission.ts";
export { createEncryption, type Encryption, type EncryptionOptions } from "./encryption/encryption.ts";
export { EncryptionConfigurationError, parseEncryptionConfiguration } from "./encryption/parse.ts";
export { type Transformers } from "./encryption/transformer.ts";
export type { HealthCheck } from "./http/health.ts";
export { type HttpLimits, type HttpPort, type ListenOptions, listen } from "./http/listen.node.ts";
export { allowedOrigins } from "./http/origins.ts";
export type { StreamingCall, StreamingHandler } from "./http/streaming.ts";
export type { UpgradeCall, UpgradeHandler } from "./http/upgrade.node.ts";
export type { ApiServerLimits, ApiServerOptions, TokenOptions } from "./options.ts";
export { type ApiServer, createApiServer } from "./server.ts";
export { ANONYMOUS, authenticated, LOOPBACK, MASTERS_GROUP, type User } from "./user.ts";
