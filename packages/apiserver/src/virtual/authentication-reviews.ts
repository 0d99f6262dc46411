// Identity reviews: whose token is this, and who am I.
import type { KubeObject } from "@knots/machinery";
import type { Authenticator } from "../authentication/authenticator.ts";
import { badRequest } from "../errors.ts";
import type { User } from "../user.ts";
import type { VirtualCall, VirtualKinds } from "./virtual.ts";

interface TokenReview extends KubeObject {
  readonly spec?: { readonly token?: string; readonly audiences?: readonly string[] };
}

const userInfo = ({ name, uid, groups, extra }: User): object => ({
  username: name,
  ...(uid !== undefined && { uid }),
  groups,
  ...(extra && { extra }),
});

async function tokenReview(authenticator: Authenticator, { body }: VirtualCall): Promise<KubeObject> {
  const { token = "", audiences } = (body as TokenReview).spec ?? {};
  if (token === "") throw badRequest("token is required for TokenReview in authentication");
  const found = await authenticator.token(token, audiences?.length ? audiences : undefined);
  const status = found
    ? { authenticated: true, user: userInfo(found.user), audiences: found.audiences }
    : { user: {}, error: "[invalid bearer token, token lookup failed]" };
  return { ...body, status } as KubeObject;
}

/** TokenReview and SelfSubjectReview. */
export function authenticationReviews(authenticator: Authenticator): VirtualKinds {
  return {
    "authentication.k8s.io/tokenreviews": (call) => tokenReview(authenticator, call),
    "authentication.k8s.io/selfsubjectreviews": ({ body, context }) =>
      ({ ...body, status: { userInfo: userInfo(context.user) } }) as KubeObject,
  };
}
