// CertificateSigningRequests: who asks is told by the server, what is asked for stays, decisions have a door of their own.
import { type FieldError, fieldPath, invalid } from "@knots/machinery";
import { formatTime } from "@knots/std";
import { type AnyObject, withField } from "../registry/objects.ts";
import type { Strategy, StrategyTools } from "../registry/strategy.ts";
import type { User } from "../user.ts";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
}
interface RequestStatus {
  readonly conditions?: readonly Condition[];
}
const conditionsOf = (request: AnyObject): readonly Condition[] =>
  ((request.status ?? {}) as RequestStatus).conditions ?? [];

function identity({ name, uid, groups, extra = {} }: User): object {
  return {
    username: name,
    ...(uid !== undefined && uid !== "" && { uid }),
    ...(groups.length > 0 && { groups }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function askedBy(request: AnyObject, user: User): AnyObject {
  const { username: _n, uid: _u, groups: _g, extra: _e, ...spec } = (request.spec ?? {}) as Record<string, unknown>;
  return { ...request, spec: { ...spec, ...identity(user) } };
}

/** The conditions with the times that the client left to the server. */
function timed(conditions: readonly Condition[], old: AnyObject, { clock }: StrategyTools): readonly Condition[] {
  const now = formatTime(clock.now());
  return conditions.map((condition) => {
    const was = conditionsOf(old).find(({ type, status }) => type === condition.type && status === condition.status);
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? was?.lastTransitionTime ?? now,
    };
  });
}

const isDecision = ({ type }: Condition): boolean => type === "Approved" || type === "Denied";

function withConditions(request: AnyObject, conditions: readonly Condition[]): AnyObject {
  const { conditions: _old, ...rest } = (request.status ?? {}) as RequestStatus;
  return { ...request, status: conditions.length > 0 ? { ...rest, conditions } : rest };
}

const BEGIN = "-----BEGIN CERTIFICATE REQUEST-----";

function* pemErrors(request: AnyObject): Iterable<FieldError> {
  const { request: body = "" } = (request.spec ?? {}) as { readonly request?: string };
  const at = fieldPath("spec").child("request");
  if (body !== "" && !atob(body).includes(BEGIN)) yield invalid(at, body, "PEM block type must be CERTIFICATE REQUEST");
}

export const certificateSigningRequests: Strategy = {
  prepareCreate: (request, _tools, { user }) => withField(askedBy(request, user), "status", undefined),
  prepareUpdate: (request, old) => ({ ...request, spec: old.spec }),
  prepareStatus(request, old, tools) {
    const conditions = [
      ...conditionsOf(old).filter(isDecision),
      ...conditionsOf(request).filter((one) => !isDecision(one)),
    ];
    return withConditions(request, timed(conditions, old, tools));
  },
  validate: (request, old) => (old ? [] : pemErrors(request)),
};

/** `certificatesigningrequests/approval`: writes conditions and nothing else. */
export const approvalScope = {
  subresource: "approval",
  merge: (request: AnyObject, old: AnyObject, { tools }: { readonly tools: StrategyTools }): AnyObject =>
    withConditions(old, timed(conditionsOf(request), old, tools)),
};
