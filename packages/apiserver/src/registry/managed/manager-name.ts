// Under which name a write is recorded in metadata.managedFields.
import type { RequestContext } from "../../context.ts";

/** Longest name (bytes); longer user agents are cut. */
export const MAX_MANAGER = 128;
const UNKNOWN = "unknown";
/** What our own transport over HTTPS says when nobody told it more. */
const OWN_AGENT = "knots";
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

export const isPrintable = (character: string): boolean => PRINTABLE.test(character);

const encoder = new TextEncoder();
export const byteLength = (text: string): number => encoder.encode(text).length;

/** The program that a User-Agent names: what stands before the first slash. */
function ofAgent(agent: string): string {
  let [name, length] = ["", 0];
  for (const character of agent.split("/", 1)[0] ?? "") {
    if (!isPrintable(character)) continue;
    length += byteLength(character);
    if (length > MAX_MANAGER) break;
    name += character;
  }
  return name;
}

const CONTROLLER = "system:serviceaccount:kube-system:";
const COMPONENTS: readonly string[] = ["kube-scheduler", "kube-controller-manager", "kube-proxy"];

/** The program that upstream runs under an identity; undefined for everybody else. */
function ofComponent(user: string): string | undefined {
  if (user === "system:apiserver") return "kube-apiserver";
  if (user.startsWith("system:node:")) return "kubelet";
  if (user.startsWith(CONTROLLER)) return "kube-controller-manager";
  return COMPONENTS.find((component) => user === `system:${component}`);
}

/**
 * The option `fieldManager`, or else the User-Agent's program. Requests in process have no User-Agent: there the identity tells.
 * Never empty.
 */
export function managerOf({ options, userAgent, user }: RequestContext): string {
  if (options.fieldManager) return options.fieldManager;
  const agent = ofAgent(userAgent ?? user.name.split(":").at(-1) ?? "");
  const component = !userAgent || agent === OWN_AGENT ? ofComponent(user.name) : undefined;
  return (component ?? agent) || UNKNOWN;
}
