// Which container of a pod a stream means, and where the pod's kubelet is.
import type { Node, Pod } from "@knots/api";
import { ApiError, failure, type StatusReason } from "@knots/machinery";

const refuse = (code: number, reason: StatusReason, message: string): ApiError =>
  new ApiError(failure(code, reason, message));
const badRequest = (message: string): ApiError => refuse(400, "BadRequest", message);

const namesOf = (containers: readonly { readonly name: string }[] = []): readonly string[] =>
  containers.map(({ name }) => name);

/** The container that is asked for, or the only one. Throws upstream's sentences when that is not clear. */
export function chosenContainer({ metadata, spec }: Pod, asked: string | null): string {
  const { containers, initContainers, ephemeralContainers } = spec ?? { containers: [] };
  const [main, init, debug] = [namesOf(containers), namesOf(initContainers), namesOf(ephemeralContainers)];
  if (asked) {
    if ([...main, ...init, ...debug].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  const [only] = main;
  if (only !== undefined && main.length === 1) return only;
  const more = init.length > 0 ? ` or one of the init containers: [${init.join(" ")}]` : "";
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${main.join(" ")}]${more}`,
  );
}

const KUBELET_PORT = 10250;
/** In this order, as upstream prefers them. */
const ADDRESS_TYPES = ["InternalIP", "ExternalIP", "Hostname", "InternalDNS", "ExternalDNS"];

/** `https://<address>:<port>` of a node's kubelet. */
export function kubeletBase({ metadata, status }: Node): string {
  const { addresses = [], daemonEndpoints } = status ?? {};
  const found = ADDRESS_TYPES.flatMap((type) => addresses.filter((address) => address.type === type))[0]?.address;
  if (!found) {
    const words = `no preferred addresses found; known addresses: [${addresses.map(({ address }) => address).join(" ")}]`;
    throw refuse(500, "InternalError", `Internal error occurred: node ${metadata.name}: ${words}`);
  }
  const host = found.includes(":") ? `[${found}]` : found;
  return `https://${host}:${daemonEndpoints?.kubeletEndpoint?.Port || KUBELET_PORT}`;
}

/** What a kubelet's refusal of a plain request means to the API's client. */
export function kubeletFailure(status: number, text: string): ApiError {
  const words = text.trim().slice(0, 2000);
  if (status === 400) return badRequest(words);
  if (status === 404) return refuse(404, "NotFound", words);
  if (status === 422) return refuse(422, "Invalid", words);
  if (status === 429) return refuse(429, "TooManyRequests", words);
  return refuse(500, "InternalError", `Internal error occurred: ${words}`);
}
