// Image names as people write them and as registries and containerd know them.

/** Where names without a registry live, as everywhere. */
const defaultRegistry = "docker.io";

/** `nginx` -> `docker.io/library/nginx:latest`. A digest stays as it is; registries are told by a dot, a colon or localhost. */
export function fullReference(name: string): string {
  const [path = "", digest] = name.split("@");
  const slash = path.indexOf("/");
  const first = slash < 0 ? "" : path.slice(0, slash);
  const hasRegistry = first === "localhost" || first.includes(".") || first.includes(":");
  const registry = hasRegistry ? first : defaultRegistry;
  const rest = hasRegistry ? path.slice(slash + 1) : path;
  const repository = registry === defaultRegistry && !rest.includes("/") ? `library/${rest}` : rest;
  if (digest !== undefined) return `${registry}/${repository}@${digest}`;
  return `${registry}/${repository}${repository.includes(":") ? "" : ":latest"}`;
}
