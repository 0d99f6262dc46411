// Services, slices and pods for tests of service rules.
import type { Endpoint, EndpointSlice, Pod, Service } from "@knots/api";
import type { RulesetOptions } from "./table.ts";

const live = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };

export const options: RulesetOptions = {
  table: "knots_test",
  podRange: "10.244.0.0/16",
  serviceRange: "10.96.0.0/12",
  bridge: "ktstest",
  nodePortAddresses: ["127.0.0.0/8", "10.244.0.1"],
};

export function service(name: string, spec: Service["spec"]): Service {
  return { apiVersion: "v1", kind: "Service", metadata: { ...live, name, namespace: "a" }, spec };
}

export function slice(
  name: string,
  port: number,
  endpoints: readonly Endpoint[],
  protocol: "TCP" | "UDP" = "TCP",
): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...live, name, namespace: "a", labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    endpoints,
    ports: [{ name: "", port, protocol }],
  };
}

export const ready = (address: string, nodeName = "n1"): Endpoint => ({
  addresses: [address],
  nodeName,
  conditions: { ready: true, serving: true },
});
export const ending = (address: string): Endpoint => ({
  addresses: [address],
  nodeName: "n1",
  conditions: { ready: false, serving: true, terminating: true },
});
export const unready = (address: string): Endpoint => ({
  addresses: [address],
  nodeName: "n1",
  conditions: { ready: false, serving: false },
});

export const web = service("web", { clusterIP: "10.96.0.7", ports: [{ port: 80 }] });

export function podWithHostPort(spec: Partial<Pod["spec"]>, status: Pod["status"]): Pod {
  const containers = [{ name: "c", image: "i", ports: [{ containerPort: 8080, hostPort: 80 }] }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...live, name: "p", namespace: "a" },
    spec: { containers, nodeName: "n1", ...spec },
    ...(status && { status }),
  };
}
