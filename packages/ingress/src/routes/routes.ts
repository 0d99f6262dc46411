// What ingress should do, as data: which host and path leads to which service port, who answers there, with which certificate.

/** Somebody who answers requests: a pod's address and port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** `namespace/name` of the pod, where the endpoint is one. */
  readonly pod?: string;
}

/** A service port that requests are led to. */
export interface Backend {
  /** `namespace/service:port`, unique. */
  readonly name: string;
  /** Endpoints that take new requests. */
  readonly endpoints: readonly Endpoint[];
  /** Endpoints that end: no new requests, but what runs may finish. */
  readonly draining: readonly Endpoint[];
}

/** One line of the routing table. */
export interface Route {
  /** Lower-case host; `*.example.com` for one label; "" for every host. */
  readonly host: string;
  readonly path: string;
  /** `exact` takes the path alone; `prefix` takes it and everything below its path elements. */
  readonly match: "exact" | "prefix";
  /** Name of a backend. */
  readonly backend: string;
}

/** A certificate for hosts: from a Secret, or to be signed by the cluster's authority. */
export interface HostCertificate {
  readonly host: string;
  /** `namespace/name` of a kubernetes.io/tls Secret; absent means the cluster's authority signs. */
  readonly secret?: string;
}

/** Something in an Ingress that cannot be honoured, for an event on it. */
export interface Problem {
  /** `namespace/name` of the Ingress. */
  readonly ingress: string;
  readonly reason: "RouteTaken" | "ServiceNotFound" | "PortNotFound" | "SecretNotFound" | "PathTypeUnknown";
  readonly message: string;
}

/** The whole wanted state, every list in a stable order. */
export interface RoutesPlan {
  readonly routes: readonly Route[];
  readonly backends: readonly Backend[];
  readonly certificates: readonly HostCertificate[];
  readonly problems: readonly Problem[];
  /** Ingresses that this controller serves, as `namespace/name`. */
  readonly served: readonly string[];
}
