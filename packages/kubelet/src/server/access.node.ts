// Who may ask the kubelet: holders of certificates of the cluster's authority, and whoever a callback accepts.
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { RequestError } from "./error.ts";
import { subresourceOf } from "./routes.ts";

export interface KubeletUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What is asked for, as authorization names it. */
export interface NodeAccess {
  /** get, create, update, patch or delete: from the method. */
  readonly verb: string;
  /** Of resource `nodes`. */
  readonly subresource: string;
}

export interface AccessOptions {
  /** Users whose certificates may do everything; the API server's name is among them. */
  readonly trustedUsers: readonly string[];
  /** Groups likewise (default: system:masters). */
  readonly trustedGroups?: readonly string[];
  /** Finds the user of a bearer token (TokenReview); without it tokens are refused. */
  readonly authenticate?: (token: string) => Promise<KubeletUser | undefined>;
  /** Decides about everybody else (SubjectAccessReview); without it they are refused. */
  readonly authorize?: (user: KubeletUser, access: NodeAccess) => Promise<boolean>;
}

const VERBS: Readonly<Record<string, string>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === "string");

function certificateUser(socket: TLSSocket): KubeletUser | undefined {
  if (!socket.authorized) return undefined;
  const subject = socket.getPeerCertificate().subject as unknown as Readonly<Record<string, unknown>> | undefined;
  const [name] = listOf(subject?.["CN"]);
  return name ? { name, groups: listOf(subject?.["O"]) } : undefined;
}

async function userOf(request: IncomingMessage, { authenticate }: AccessOptions): Promise<KubeletUser | undefined> {
  const holder = certificateUser(request.socket as TLSSocket);
  if (holder) return holder;
  const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  return token && authenticate ? await authenticate(token) : undefined;
}

/** Resolves when the request is allowed; rejects with 401 or 403. */
export async function checkAccess(request: IncomingMessage, options: AccessOptions): Promise<void> {
  const user = await userOf(request, options);
  if (!user) throw new RequestError(401, "Unauthorized");
  const { trustedUsers, trustedGroups = ["system:masters"], authorize } = options;
  if (trustedUsers.includes(user.name) || user.groups.some((group) => trustedGroups.includes(group))) return;
  const subresource = subresourceOf(request.url?.split("?")[0] ?? "/");
  const verb = VERBS[request.method ?? "GET"] ?? "get";
  if (await authorize?.(user, { verb, subresource })) return;
  throw new RequestError(
    403,
    `Forbidden (user=${user.name}, verb=${verb}, resource=nodes, subresource(s)=[${subresource}])`,
  );
}
