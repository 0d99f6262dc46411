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

const boundObjectReference = object("io.k8s.api.authentication.v1.BoundObjectReference", {
  kind: field(1, string(), ""),
  apiVersion: field(2, string(), ""),
  name: field(3, string(), ""),
  uid: field(4, string(), ""),
});
export interface BoundObjectReference extends TypeOf<typeof boundObjectReference> {}
export const BoundObjectReference: ObjectSchema<BoundObjectReference> = boundObjectReference;

const tokenRequestSpec = object("io.k8s.api.authentication.v1.TokenRequestSpec", {
  audiences: field(1, atomicList(string()), ""),
  boundObjectRef: field(3, BoundObjectReference, "", { pointer: true }),
  expirationSeconds: field(4, int64(), "", { pointer: true }),
});
export interface TokenRequestSpec extends TypeOf<typeof tokenRequestSpec> {}
export const TokenRequestSpec: ObjectSchema<TokenRequestSpec> = tokenRequestSpec;

const tokenRequestStatus = object("io.k8s.api.authentication.v1.TokenRequestStatus", {
  token: field(1, string(), ""),
  expirationTimestamp: field(2, time(), ""),
});
export interface TokenRequestStatus extends TypeOf<typeof tokenRequestStatus> {}
export const TokenRequestStatus: ObjectSchema<TokenRequestStatus> = tokenRequestStatus;

/**  */
export const TokenRequest = kind({
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenRequest",
  plural: "tokenrequests",
  scope: "Namespaced",
  doc: "",
  definition: "io.k8s.api.authentication.v1.TokenRequest",
  fields: {
    spec: field(2, TokenRequestSpec, "", { required: true, always: true, default: {} }),
    status: field(3, TokenRequestStatus, "", { pointer: true }),
  },
  checkName: dns1123Subdomain,
});
export interface TokenRequest extends ObjectOf<typeof TokenRequest> {}
