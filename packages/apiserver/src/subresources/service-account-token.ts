// serviceaccounts/token: makes a token for an account.
import { ApiError, failure, type KubeObject } from "@knots/machinery";
import { formatTime } from "@knots/std";
import type { Bound, ServiceAccountTokens } from "../authentication/service-account.ts";
import { type Answer, created } from "../chain/answer.ts";
import { badRequest, conflict, invalidObject, objectNotFound } from "../errors.ts";
import type { AnyObject } from "../registry/objects.ts";
import type { Registries } from "../registry/registries.ts";
import { podSpec } from "../strategies/pods.ts";
import type { Subresource, SubresourceCall } from "./subresource.ts";

interface BoundObject {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly name?: string;
  readonly uid?: string;
}
interface TokenRequest extends KubeObject {
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: BoundObject;
  };
}

const REQUEST = { group: "authentication.k8s.io", kind: "TokenRequest" };
const HOUR = 3600;
const SHORTEST = 600;
const LONGEST = 2 ** 32;
const BINDABLE = { Pod: "pods", Secret: "secrets", Node: "nodes" } as const;
type Bindable = keyof typeof BINDABLE;

const isBindable = (kind: string | undefined): kind is Bindable => kind !== undefined && kind in BINDABLE;

function secondsOf({ spec = {} }: TokenRequest): number {
  const seconds = spec.expirationSeconds ?? HOUR;
  const field = "spec.expirationSeconds";
  const wrong =
    seconds < SHORTEST
      ? "may not specify a duration less than 10 minutes"
      : "may not specify a duration larger than 2^32 seconds";
  if (seconds >= SHORTEST && seconds <= LONGEST) return seconds;
  const message = `Invalid value: ${seconds}: ${wrong}`;
  throw invalidObject(REQUEST, "", [{ type: "FieldValueInvalid", field, message }]);
}

async function find(registries: Registries, kind: Bindable, namespace: string, name: string): Promise<AnyObject> {
  const registry = registries.find({ group: "", version: "v1", resource: BINDABLE[kind] });
  const found = await registry?.storage.get(registry.storage.key(kind === "Node" ? undefined : namespace, name));
  if (!found) throw objectNotFound({ group: "", kind, plural: BINDABLE[kind] }, name);
  return found;
}

const referenceOf = ({ metadata: { name = "", uid = "" } }: AnyObject) => ({ name, uid });

async function nodeOf(registries: Registries, pod: AnyObject): Promise<Bound> {
  const { nodeName } = podSpec(pod);
  if (!nodeName) return {};
  try {
    return { node: referenceOf(await find(registries, "Node", "", nodeName)) };
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return {};
    throw error;
  }
}

async function boundOf(
  { registries, request }: SubresourceCall,
  account: AnyObject,
  ref: BoundObject | undefined,
): Promise<Bound> {
  if (!ref) return {};
  const { kind, name = "", uid } = ref;
  if (!isBindable(kind)) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account.metadata.name)} to object of type ${kind}`,
    );
  }
  const object = await find(registries, kind, request.namespace ?? "", name);
  if (uid && uid !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: "", kind, plural: BINDABLE[kind] }, name, why);
  }
  if (kind === "Secret") return { secret: referenceOf(object) };
  if (kind === "Node") return { node: referenceOf(object) };
  const { serviceAccountName } = object.spec as { readonly serviceAccountName?: string };
  if (serviceAccountName !== account.metadata.name) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account.metadata.name)} to pod running with different serviceaccount name.`,
    );
  }
  return { pod: referenceOf(object), ...(await nodeOf(registries, object)) };
}

/** The subresource over a source of tokens. */
export function serviceAccountToken(tokens: ServiceAccountTokens | undefined): Subresource {
  const create = async (call: SubresourceCall): Promise<Answer> => {
    const { registry, request } = call;
    if (!tokens) throw new ApiError(failure(503, "ServiceUnavailable", "this server does not sign tokens"));
    const { namespace = "", name = "" } = request;
    const account = await registry.storage.get(registry.storage.key(namespace, name));
    if (!account) throw objectNotFound(registry.kind, name);
    const body = (request.object ?? { metadata: {} }) as TokenRequest;
    const seconds = secondsOf(body);
    const audiences = body.spec?.audiences?.length ? body.spec.audiences : tokens.audiences;
    const bound = await boundOf(call, account, body.spec?.boundObjectRef);
    const { token, expires } = tokens.sign({ namespace, account: referenceOf(account), audiences, seconds, bound });
    const metadata = { name, namespace, creationTimestamp: formatTime(registry.tools.clock.now()) };
    return created({
      kind: "TokenRequest",
      apiVersion: "authentication.k8s.io/v1",
      metadata,
      spec: { ...body.spec, audiences, expirationSeconds: seconds },
      status: { token, expirationTimestamp: formatTime(expires) },
    } as KubeObject);
  };
  return { verbs: { create } };
}
