// What serves a release: a Deployment, a Service and an Ingress with the site's name.
import { Deployment, Ingress, type Release, Service, type Site } from "@knots/api";
import { apiVersionOf, type KubeObject } from "@knots/machinery";
import { COMMIT_ANNOTATION, DRAIN_ANNOTATION, partMeta, RELEASE_ANNOTATION, SITE_LABEL } from "../sites/names.ts";
import { SERVING_PORT } from "./make.ts";

/** What the platform's owner sets for everything that serves. */
export interface ServingSettings {
  /** Seconds without progress after which a release has failed. */
  readonly progressDeadlineSeconds: number;
  /** Seconds between two readiness probes; short, because a switch waits for one. */
  readonly probePeriodSeconds: number;
  readonly resources: NonNullable<NonNullable<Site["spec"]>["resources"]>;
  /** Class of the Ingress; the cluster's default class when absent. */
  readonly ingressClassName?: string;
  /** On a cluster whose ingress acknowledges nothing, serving pods sleep this many seconds before they stop. */
  readonly preStopSeconds?: number;
}

export const DEFAULT_SERVING: ServingSettings = {
  progressDeadlineSeconds: 120,
  probePeriodSeconds: 1,
  resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "256Mi" } },
};

const selectorOf = (site: Site) => ({ [SITE_LABEL]: site.metadata.name });

function container({ spec }: Release, settings: ServingSettings) {
  const port = spec.config?.port ?? SERVING_PORT;
  const { preStopSeconds } = settings;
  return {
    name: "site",
    image: spec.image,
    imagePullPolicy: "IfNotPresent" as const,
    ports: [{ name: "http", containerPort: port, protocol: "TCP" as const }],
    resources: spec.config?.resources ?? settings.resources,
    readinessProbe: {
      httpGet: { path: "/", port, scheme: "HTTP" as const },
      periodSeconds: settings.probePeriodSeconds,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
    },
    securityContext: { allowPrivilegeEscalation: false },
    ...(preStopSeconds !== undefined && { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
  };
}

function podTemplate(site: Site, release: Release, settings: ServingSettings) {
  const { commit } = release.spec;
  return {
    metadata: {
      labels: selectorOf(site),
      annotations: {
        [RELEASE_ANNOTATION]: release.metadata.name,
        [DRAIN_ANNOTATION]: "ingress",
        ...(commit !== undefined && { [COMMIT_ANNOTATION]: commit }),
      },
    },
    spec: {
      containers: [container(release, settings)],
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 30,
    },
  };
}

/** Image, port and resources are the release's; the number of pods is the site's, so that it changes without a release. */
export function deploymentOf(site: Site, release: Release, settings: ServingSettings): KubeObject {
  const spec = {
    replicas: site.spec.replicas ?? 1,
    selector: { matchLabels: selectorOf(site) },
    template: podTemplate(site, release, settings),
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    progressDeadlineSeconds: settings.progressDeadlineSeconds,
    revisionHistoryLimit: 2,
  };
  return part(Deployment, site, spec);
}

export function serviceOf(site: Site, release: Release): KubeObject {
  const targetPort = release.spec.config?.port ?? SERVING_PORT;
  const ports = [{ name: "http", port: 80, targetPort, protocol: "TCP" }];
  return part(Service, site, { type: "ClusterIP", selector: selectorOf(site), ports });
}

/** Routes follow the site's domains; undefined while it has none of its own. */
export function ingressOf(site: Site, settings: ServingSettings): KubeObject | undefined {
  const domains = site.status?.domains ?? [];
  if (domains.length === 0) return undefined;
  const backend = { service: { name: site.metadata.name, port: { number: 80 } } };
  const rules = domains.map((host) => ({ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }));
  const { ingressClassName } = settings;
  return part(Ingress, site, { ...(ingressClassName !== undefined && { ingressClassName }), rules });
}

function part(
  kind: { readonly group: string; readonly version: string; readonly kind: string },
  site: Site,
  spec: object,
): KubeObject {
  const object = {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: partMeta(site, site.metadata.name),
    spec,
  };
  return object;
}
