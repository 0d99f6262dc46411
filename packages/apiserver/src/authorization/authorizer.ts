// The question every request is asked after its user is known.
import type { User } from "../user.ts";

/** What a request wants to do: on a resource, or on a path that is none. */
export interface ResourceAccess {
  readonly verb: string;
  readonly group: string;
  readonly version?: string | undefined;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}
export interface PathAccess {
  readonly verb: string;
  readonly path: string;
}
export type Access = ResourceAccess | PathAccess;

/** `reason` is told to the user in a refusal, after the standard words. */
export interface Decision {
  readonly allowed: boolean;
  readonly denied?: boolean;
  readonly reason: string;
}

/** Answers from caches, without waiting. */
export interface Authorizer {
  authorize(user: User, access: Access): Decision;
}

export const isPathAccess = (access: Access): access is PathAccess => "path" in access;

/** Lets everything pass. */
export const allowAll: Authorizer = { authorize: () => ({ allowed: true, reason: "" }) };

/** Allowed by the first that allows; refused at once by one that denies. */
export function firstOf(authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize(user, access) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = authorizer.authorize(user, access);
        if (decision.allowed || decision.denied) return decision;
        if (decision.reason) reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join("; ") };
    },
  };
}
