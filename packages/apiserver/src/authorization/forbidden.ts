// The 403 of a request that authorization refused, in upstream's words.
import { ApiError, failure } from "@knots/machinery";
import type { User } from "../user.ts";
import { type Access, isPathAccess, type ResourceAccess } from "./authorizer.ts";

function place({ namespace, group, resource, name }: ResourceAccess): string {
  if (namespace && !(resource === "namespaces" && group === "" && name === namespace))
    return ` in the namespace "${namespace}"`;
  return " at the cluster scope";
}

/** Refuses `access`. */
export function forbiddenAccess(user: User, access: Access, reason: string): ApiError {
  const why = reason === "" ? "" : `: ${reason}`;
  if (isPathAccess(access)) {
    const message = `forbidden: User ${JSON.stringify(user.name)} cannot ${access.verb} path ${JSON.stringify(access.path)}${why}`;
    return new ApiError(failure(403, "Forbidden", message, {}));
  }
  const { group, resource, subresource, name, verb } = access;
  const full = subresource ? `${resource}/${subresource}` : resource;
  const subject = group === "" ? resource : `${resource}.${group}`;
  const object = name ? ` ${JSON.stringify(name)}` : "";
  const message = `${subject}${object} is forbidden: User ${JSON.stringify(user.name)} cannot ${verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)}${place(access)}${why}`;
  return new ApiError(
    failure(403, "Forbidden", message, { ...(name && { name }), ...(group && { group }), kind: resource }),
  );
}
