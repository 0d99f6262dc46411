// Acting as somebody else: the Impersonate headers, each allowed by authorization.
import type { Access } from "../authorization/authorizer.ts";
import { badRequest } from "../errors.ts";
import { AUTHENTICATED_GROUP, UNAUTHENTICATED_GROUP, type User } from "../user.ts";

/** Headers of a request, names in lower case. */
type Headers = Readonly<Record<string, string | undefined>>;

const EXTRA = "impersonate-extra-";
const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

const list = (header: string | undefined): readonly string[] =>
  header === undefined || header === "" ? [] : header.split(",").map((text) => text.trim());

function extraOf(headers: Headers): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith(EXTRA));
  return Object.fromEntries(
    entries.map(([name, value]) => [decodeURIComponent(name.slice(EXTRA.length)), list(value)]),
  );
}

function groupsOf(name: string, groups: readonly string[]): readonly string[] {
  const namespace = ACCOUNT.exec(name)?.[1];
  const own =
    namespace && groups.length === 0 ? ["system:serviceaccounts", `system:serviceaccounts:${namespace}`] : groups;
  const known = own.includes(AUTHENTICATED_GROUP) || own.includes(UNAUTHENTICATED_GROUP);
  if (name === "system:anonymous") return known ? own : [...own, UNAUTHENTICATED_GROUP];
  return known ? own : [...own, AUTHENTICATED_GROUP];
}

function accessTo(name: string): Access {
  const [, namespace, account] = ACCOUNT.exec(name) ?? [];
  if (namespace && account)
    return { verb: "impersonate", group: "", resource: "serviceaccounts", namespace, name: account };
  return { verb: "impersonate", group: "", resource: "users", name };
}

/** The user to act as, or `user` when no header asks for another. `authorize` throws when `user` may not. */
export function impersonated(user: User, headers: Headers, authorize: (access: Access) => void): User {
  const name = headers["impersonate-user"];
  const groups = list(headers["impersonate-group"]);
  const uid = headers["impersonate-uid"];
  const extra = extraOf(headers);
  if (!name) {
    if (groups.length > 0 || uid || Object.keys(extra).length > 0)
      throw badRequest("requested impersonation of groups, uid or extra without impersonating a user");
    return user;
  }
  authorize(accessTo(name));
  for (const group of groups) authorize({ verb: "impersonate", group: "", resource: "groups", name: group });
  if (uid) authorize({ verb: "impersonate", group: "authentication.k8s.io", resource: "uids", name: uid });
  for (const [key, values] of Object.entries(extra))
    for (const value of values)
      authorize({
        verb: "impersonate",
        group: "authentication.k8s.io",
        resource: "userextras",
        subresource: key,
        name: value,
      });
  return { name, groups: groupsOf(name, groups), ...(uid && { uid }), ...(Object.keys(extra).length > 0 && { extra }) };
}
