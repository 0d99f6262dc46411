// TokenReview: asks whom a token belongs to.
import {
  atomicList,
  boolean,
  dns1123Subdomain,
  field,
  kind,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { UserInfo } from "./user-info.ts";

const tokenReviewSpec = object("io.k8s.api.authentication.v1.TokenReviewSpec", {
  token: field(1, string(), "", { required: true }),
  audiences: field(2, atomicList(string()), ""),
});
export interface TokenReviewSpec extends TypeOf<typeof tokenReviewSpec> {}
export const TokenReviewSpec: ObjectSchema<TokenReviewSpec> = tokenReviewSpec;

const tokenReviewStatus = object("io.k8s.api.authentication.v1.TokenReviewStatus", {
  authenticated: field(1, boolean(), ""),
  user: field(2, UserInfo, "", { always: true }),
  error: field(3, string(), ""),
  audiences: field(4, atomicList(string()), ""),
});
export interface TokenReviewStatus extends TypeOf<typeof tokenReviewStatus> {}
export const TokenReviewStatus: ObjectSchema<TokenReviewStatus> = tokenReviewStatus;

/**  */
export const TokenReview = kind({
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenReview",
  plural: "tokenreviews",
  scope: "Cluster",
  doc: "",
  definition: "io.k8s.api.authentication.v1.TokenReview",
  fields: {
    spec: field(2, TokenReviewSpec, "", { required: true, always: true, default: {} }),
    status: field(3, TokenReviewStatus, "", { pointer: true }),
  },
  verbs: ["create"],
  checkName: dns1123Subdomain,
  generation: false,
});
export interface TokenReview extends ObjectOf<typeof TokenReview> {}
