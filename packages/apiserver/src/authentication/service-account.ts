// Service-account tokens: signed claims about an account, bound to objects that must still exist.
import type { JsonObject } from "@knots/machinery";
import { type Clock, parseTime, type Random, uuid } from "@knots/std";
import type { AnyObject } from "../registry/objects.ts";
import { AUTHENTICATED_GROUP, type User } from "../user.ts";
import type { Signer, Verifier } from "./crypto.ts";
import { peekClaims, signJwt, verifyJwt } from "./jwt.ts";

const CLAIM = "kubernetes.io";
/** A pod's tokens outlive its deletion by this long (milliseconds). */
const POD_GRACE = 60_000;

/** An object that a token names. */
export interface Reference {
  readonly name: string;
  readonly uid: string;
}
/** What a token is bound to, beside its account. */
export interface Bound {
  readonly pod?: Reference;
  readonly secret?: Reference;
  readonly node?: Reference;
}
/** A token to be made. */
export interface TokenWish {
  readonly namespace: string;
  readonly account: Reference;
  readonly audiences: readonly string[];
  readonly seconds: number;
  readonly bound: Bound;
}

/** Finds objects that tokens are bound to. */
export type Lookup = (
  resource: "serviceaccounts" | "pods" | "secrets" | "nodes",
  namespace: string | undefined,
  name: string,
) => Promise<AnyObject | undefined>;

export interface ServiceAccountTokens {
  readonly issuer: string;
  /** Audiences of tokens that name none. */
  readonly audiences: readonly string[];
  readonly keys: readonly Verifier[];
  sign(wish: TokenWish): { readonly token: string; readonly expires: number };
  /** The account's user; undefined when the token is not ours or no longer good. `audiences` default to the server's. */
  verify(
    token: string,
    audiences?: readonly string[],
  ): Promise<{ user: User; audiences: readonly string[] } | undefined>;
}

interface Parts {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly signer: Signer;
  readonly keys: readonly Verifier[];
  readonly clock: Clock;
  readonly random: Random;
  readonly lookup: Lookup;
}

interface Claims {
  readonly namespace: string;
  readonly serviceaccount: Reference;
  readonly pod?: Reference;
  readonly secret?: Reference;
  readonly node?: Reference;
}

/** User name of an account. */
export const accountUser = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

function userOf({ namespace, serviceaccount, pod, node }: Claims, id: unknown): User {
  const key = (name: string): string => `authentication.kubernetes.io/${name}`;
  const extra = {
    ...(typeof id === "string" && { [key("credential-id")]: [`JTI=${id}`] }),
    ...(pod && { [key("pod-name")]: [pod.name], [key("pod-uid")]: [pod.uid] }),
    ...(node && { [key("node-name")]: [node.name], [key("node-uid")]: [node.uid] }),
  };
  return {
    name: accountUser(namespace, serviceaccount.name),
    uid: serviceaccount.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, AUTHENTICATED_GROUP],
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function inTime(claims: JsonObject, seconds: number): boolean {
  const { exp, nbf } = claims;
  return typeof exp === "number" && exp > seconds && (typeof nbf !== "number" || nbf <= seconds + 10);
}

function audiencesOf(claims: JsonObject): readonly string[] {
  const { aud } = claims;
  const list = Array.isArray(aud) ? aud : [aud];
  return list.filter((one) => typeof one === "string");
}

/** Whether everything that the token is bound to is still there, the same as then. */
async function alive({ lookup, clock }: Parts, claims: Claims): Promise<boolean> {
  const { namespace, serviceaccount, pod, secret, node } = claims;
  const limit = clock.now() - POD_GRACE;
  const same = async (
    resource: Parameters<Lookup>[0],
    space: string | undefined,
    ref?: Reference,
  ): Promise<boolean> => {
    if (!ref) return true;
    const found = await lookup(resource, space, ref.name);
    if (!found || found.metadata.uid !== ref.uid) return false;
    const { deletionTimestamp } = found.metadata;
    return deletionTimestamp === undefined || parseTime(deletionTimestamp) > limit;
  };
  const checks = [
    same("serviceaccounts", namespace, serviceaccount),
    same("pods", namespace, pod),
    same("secrets", namespace, secret),
    same("nodes", undefined, pod ? undefined : node),
  ];
  return (await Promise.all(checks)).every(Boolean);
}

/** Signs and checks tokens. */
export function createServiceAccountTokens(parts: Parts): ServiceAccountTokens {
  const { issuer, audiences: own, signer, keys, clock, random } = parts;
  return {
    issuer,
    audiences: own,
    keys,
    sign({ namespace, account, audiences, seconds, bound }) {
      const now = Math.floor(clock.now() / 1000);
      const claims = {
        aud: audiences,
        exp: now + seconds,
        iat: now,
        iss: issuer,
        jti: uuid(random),
        [CLAIM]: { namespace, ...bound, serviceaccount: account },
        nbf: now,
        sub: accountUser(namespace, account.name),
      };
      return { token: signJwt(signer, claims), expires: (now + seconds) * 1000 };
    },
    async verify(token, wanted = own) {
      if (peekClaims(token)?.["iss"] !== issuer) return undefined;
      const claims = verifyJwt(token, keys);
      if (!claims || !inTime(claims, clock.now() / 1000)) return undefined;
      const audiences = audiencesOf(claims).filter((one) => wanted.includes(one));
      const bound = claims[CLAIM] as unknown as Claims | undefined;
      if (audiences.length === 0 || !bound?.serviceaccount) return undefined;
      return (await alive(parts, bound)) ? { user: userOf(bound, claims["jti"]), audiences } : undefined;
    },
  };
}
