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
  token: field(1, string(), "The token.", { required: true, always: true }),
  audiences: field(2, atomicList(string()), "Who the caller is; the token must be for one of these."),
});
/** The token in question. */
export interface TokenReviewSpec extends TypeOf<typeof tokenReviewSpec> {}
export const TokenReviewSpec: ObjectSchema<TokenReviewSpec> = tokenReviewSpec;

const tokenReviewStatus = object("io.k8s.api.authentication.v1.TokenReviewStatus", {
  authenticated: field(1, boolean(), "Whether the token is good."),
  user: field(2, UserInfo, "Whom it belongs to.", { always: true }),
  audiences: field(4, atomicList(string()), "Which of the audiences it is for."),
  error: field(3, string(), "Why it could not be checked."),
});
/** Whom the token belongs to. */
export interface TokenReviewStatus extends TypeOf<typeof tokenReviewStatus> {}
export const TokenReviewStatus: ObjectSchema<TokenReviewStatus> = tokenReviewStatus;

/** Asks whom a token belongs to. */
export const TokenReview = kind({
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenReview",
  plural: "tokenreviews",
  scope: "Cluster",
  doc: "Asks whom a token belongs to.",
  definition: "io.k8s.api.authentication.v1.TokenReview",
  fields: {
    spec: field(2, TokenReviewSpec, "The token in question.", { required: true, always: true, default: {} }),
    status: field(3, TokenReviewStatus, "Whom it belongs to.", { always: true }),
  },
  verbs: ["create"],
  checkName: dns1123Subdomain,
  generation: false,
});
export interface TokenReview extends ObjectOf<typeof TokenReview> {}
