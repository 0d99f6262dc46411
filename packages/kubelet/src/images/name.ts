// Names of images: which ones are none, and the full form of those that are.
import { fullReference } from "@knots/host";

const DOMAIN =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::\d+)?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const MAX_PATH = 255;

/** The full reference (`docker.io/library/nginx:latest` of `nginx`); undefined when the name is not one. */
export function fullImageName(name: string): string | undefined {
  const [rest = "", digest, ...more] = name.split("@");
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const slash = rest.lastIndexOf("/");
  const colon = rest.indexOf(":", slash + 1);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  const full = fullReference(name);
  const [domain = "", ...components] = (full.split("@")[0] ?? "").split("/");
  const last = components.pop() ?? "";
  const path = [...components, last.split(":")[0] ?? ""];
  const fine = DOMAIN.test(domain) && path.every((component) => COMPONENT.test(component));
  return fine && path.join("/").length <= MAX_PATH ? full : undefined;
}
