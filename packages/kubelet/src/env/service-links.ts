// Variables that tell a container where services are: {NAME}_SERVICE_HOST and the older link names.
import type { Pod, Service } from "@knots/api";

/** The one service that every pod is told about. */
const API = { namespace: "default", name: "kubernetes" };

const variableName = (name: string): string => name.toUpperCase().replaceAll("-", "_");
const hasAddress = ({ spec }: Service): boolean => !["", "None", undefined].includes(spec?.clusterIP);
const authority = (host: string, port: number): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;

type Variable = readonly [name: string, value: string];

function linksOf(service: Service): readonly Variable[] {
  const prefix = variableName(service.metadata.name);
  const host = service.spec?.clusterIP ?? "";
  return (service.spec?.ports ?? []).flatMap(({ port, protocol = "TCP" }, index): Variable[] => {
    const scheme = protocol.toLowerCase();
    const url = `${scheme}://${authority(host, port)}`;
    const link = `${prefix}_PORT_${port}_${protocol}`;
    return [
      ...(index === 0 ? [[`${prefix}_PORT`, url] as const] : []),
      [link, url],
      [`${link}_PROTO`, scheme],
      [`${link}_PORT`, String(port)],
      [`${link}_ADDR`, host],
    ];
  });
}

function variablesOf(service: Service): readonly Variable[] {
  const prefix = variableName(service.metadata.name);
  const ports = service.spec?.ports ?? [];
  const named = ports.flatMap(({ name, port }): Variable[] =>
    name ? [[`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)]] : [],
  );
  return [
    [`${prefix}_SERVICE_HOST`, service.spec?.clusterIP ?? ""],
    [`${prefix}_SERVICE_PORT`, String(ports[0]?.port ?? "")],
    ...named,
    ...linksOf(service),
  ];
}

/**
 * The variables of the services that the pod may see: those of its namespace unless it turned links off, and always
 * `kubernetes`. A service of the namespace called `kubernetes` wins. Headless services have none.
 */
export function serviceVariables(pod: Pod, services: readonly Service[]): ReadonlyMap<string, string> {
  const seen = new Map<string, Service>();
  const links = pod.spec?.enableServiceLinks ?? true;
  for (const service of services.filter(hasAddress)) {
    const { name, namespace } = service.metadata;
    const own = links && namespace === pod.metadata.namespace;
    const api = name === API.name && namespace === API.namespace;
    if (own || (api && !seen.has(name))) seen.set(name, service);
  }
  const sorted = [...seen.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return new Map(sorted.flatMap(variablesOf));
}
