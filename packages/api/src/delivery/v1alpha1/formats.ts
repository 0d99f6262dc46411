// What the texts of delivery objects must look like.
import type { TextCheck } from "@knots/machinery";
import { dns1123Subdomain, ipAddress } from "@knots/machinery";

/** A host name that a site can have: no address, no wildcard. */
export const domainName: TextCheck = (value) =>
  ipAddress(value) === undefined ? "must be a host name, not an IP address" : dns1123Subdomain(value);

/** A full commit hash (SHA-1 or SHA-256). */
export const commitHash: TextCheck = (value) =>
  /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value)
    ? undefined
    : "must be a full commit hash of 40 or 64 lower-case hexadecimal digits";

/** Sequences that a branch name may not contain, so that it can never be read as an option, range or path. */
const BAD_IN_BRANCH = /^[-/.]|[/.]$|\.\.|\/\/|\/\.|@\{|\.lock(\/|$)|[\0-\x20\x7f~^:?*[\\]/;

/** The name of a branch, as git allows it. */
export const branchName: TextCheck = (value) => {
  if (value.length > 244) return "must be no more than 244 bytes";
  return value === "@" || BAD_IN_BRANCH.test(value) ? "must be a branch name that git allows, such as main" : undefined;
};

/**
 * A repository that is cloned over HTTP. Transports that run programs, read local files or use keys of the machine are left
 * out; a login has a Secret, for everybody who may read a site reads its URL.
 */
export const repositoryUrl: TextCheck = (value) => {
  if (!/^https?:\/\/[^\s/-][^\s]*$/.test(value))
    return "must be an https or http URL, such as https://example.com/team/site.git";
  return /^https?:\/\/[^/]*@/.test(value)
    ? "must not contain a login: put it into a Secret and name that in secretName"
    : undefined;
};

/** A path inside a repository: relative and without a way out. */
export const insidePath: TextCheck = (value) => {
  if (value.startsWith("/") || value.includes("\\") || value.includes("\0")) return "must be a relative path";
  return value.split("/").includes("..") ? "must not contain '..'" : undefined;
};

/** A version of Node.js: 22, 22.11 or 22.11.0. */
export const nodeVersion: TextCheck = (value) =>
  /^\d{1,3}(\.\d{1,3}){0,2}$/.test(value) ? undefined : "must be a version of Node.js, such as 22 or 22.11.0";

/** An image named by its digest. */
export const imageDigest: TextCheck = (value) =>
  /^[a-z0-9][\w.:/-]*@sha256:[0-9a-f]{64}$/.test(value)
    ? undefined
    : "must be an image with a digest, such as registry.knots.internal/team/site@sha256:...";
