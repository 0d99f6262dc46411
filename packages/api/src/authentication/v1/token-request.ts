// TokenRequest: asks for a token of a service account.
import {
  atomicList,
  dns1123Subdomain,
  field,
  int64,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import { lifetime } from "./lifetime.ts";

const boundObjectReference = object("io.k8s.api.authentication.v1.BoundObjectReference", {
  kind: field(1, string(), "Pod, Secret or Node."),
  apiVersion: field(2, string(), "Group and version of the object."),
  name: field(3, string(), "Name of the object."),
  uid: field(4, string(), "UID of the object."),
});
/** Names the object that a token is bound to. */
export interface BoundObjectReference extends TypeOf<typeof boundObjectReference> {}
export const BoundObjectReference: ObjectSchema<BoundObjectReference> = boundObjectReference;

const tokenRequestSpec = object("io.k8s.api.authentication.v1.TokenRequestSpec", {
  audiences: field(1, atomicList(string()), "Who the token is for; the API server when empty.", { always: true }),
  expirationSeconds: field(4, int64(), "Wanted lifetime, at least ten minutes.", {
    pointer: true,
    default: 3600,
  }),
  boundObjectRef: field(3, BoundObjectReference, "Object whose end is the end of the token.", { pointer: true }),
});
/** What the token should be. */
export interface TokenRequestSpec extends TypeOf<typeof tokenRequestSpec> {}
export const TokenRequestSpec: ObjectSchema<TokenRequestSpec> = tokenRequestSpec.check(lifetime);

const tokenRequestStatus = object("io.k8s.api.authentication.v1.TokenRequestStatus", {
  token: field(1, string(), "The token.", { always: true }),
  expirationTimestamp: field(2, time(), "When it ends.", { always: true }),
});
/** The token that was made. */
export interface TokenRequestStatus extends TypeOf<typeof tokenRequestStatus> {}
export const TokenRequestStatus: ObjectSchema<TokenRequestStatus> = tokenRequestStatus;

/** Asks for a token of a service account. */
export const TokenRequest = kind({
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenRequest",
  plural: "tokenrequests",
  scope: "Namespaced",
  verbs: [],
  doc: "Asks for a token of a service account.",
  definition: "io.k8s.api.authentication.v1.TokenRequest",
  fields: {
    spec: field(2, TokenRequestSpec, "What the token should be.", {
      required: true,
      undeclared: true,
      always: true,
      default: {},
    }),
    status: field(3, TokenRequestStatus, "The token that was made.", { always: true }),
  },
  checkName: dns1123Subdomain,
});
export interface TokenRequest extends ObjectOf<typeof TokenRequest> {}
