// NetworkPolicy: which traffic of pods is let in and out.
import {
  age,
  atomicList,
  dns1123Subdomain,
  field,
  int32,
  intOrString,
  kind,
  LabelSelector,
  type ObjectOf,
  type ObjectSchema,
  object,
  string,
  type TypeOf,
} from "@knots/machinery";
import { type Shown, selectorText, text } from "../../columns.ts";
import { protocol } from "../../core/v1/common.ts";
import { endAfterStart, onePeer, policyTypesOf, smallerRanges } from "./network-policy-checks.ts";

const ipBlock = object("io.k8s.api.networking.v1.IPBlock", {
  cidr: field(1, string(), "Network in CIDR form.", { required: true }),
  except: field(2, atomicList(string()), "Networks inside it that are left out."),
});
/** A range of addresses with holes. */
export interface IPBlock extends TypeOf<typeof ipBlock> {}
export const IPBlock: ObjectSchema<IPBlock> = ipBlock.check(smallerRanges);

const networkPolicyPeer = object("io.k8s.api.networking.v1.NetworkPolicyPeer", {
  podSelector: field(1, LabelSelector, "Pods by label, in the policy's namespace unless namespaces are selected.", {
    pointer: true,
  }),
  namespaceSelector: field(2, LabelSelector, "Namespaces by label; with no pod selector all their pods.", {
    pointer: true,
  }),
  ipBlock: field(3, IPBlock, "A range of addresses; excludes the selectors.", { pointer: true }),
});
/** Who traffic comes from or goes to. */
export interface NetworkPolicyPeer extends TypeOf<typeof networkPolicyPeer> {}
export const NetworkPolicyPeer: ObjectSchema<NetworkPolicyPeer> = networkPolicyPeer.check(onePeer);

const networkPolicyPort = object("io.k8s.api.networking.v1.NetworkPolicyPort", {
  protocol: field(1, protocol, "TCP, UDP or SCTP.", { pointer: true, default: "TCP" }),
  port: field(2, intOrString(), "Port by number or name; all when absent.", { pointer: true }),
  endPort: field(3, int32({ min: 1, max: 65_535 }), "Last port of a range that begins at port.", { pointer: true }),
});
/** Ports that traffic may use. */
export interface NetworkPolicyPort extends TypeOf<typeof networkPolicyPort> {}
export const NetworkPolicyPort: ObjectSchema<NetworkPolicyPort> = networkPolicyPort.check(endAfterStart);

const networkPolicyIngressRule = object("io.k8s.api.networking.v1.NetworkPolicyIngressRule", {
  ports: field(1, atomicList(NetworkPolicyPort), "Ports that are open; all when empty."),
  from: field(2, atomicList(NetworkPolicyPeer), "Who may send; everyone when empty."),
});
/** Traffic that is let in. */
export interface NetworkPolicyIngressRule extends TypeOf<typeof networkPolicyIngressRule> {}
export const NetworkPolicyIngressRule: ObjectSchema<NetworkPolicyIngressRule> = networkPolicyIngressRule;

const networkPolicyEgressRule = object("io.k8s.api.networking.v1.NetworkPolicyEgressRule", {
  ports: field(1, atomicList(NetworkPolicyPort), "Ports that may be reached; all when empty."),
  to: field(2, atomicList(NetworkPolicyPeer), "Who may be reached; everyone when empty."),
});
/** Traffic that is let out. */
export interface NetworkPolicyEgressRule extends TypeOf<typeof networkPolicyEgressRule> {}
export const NetworkPolicyEgressRule: ObjectSchema<NetworkPolicyEgressRule> = networkPolicyEgressRule;

const networkPolicySpec = object("io.k8s.api.networking.v1.NetworkPolicySpec", {
  podSelector: field(1, LabelSelector, "Pods that the policy is about; all of the namespace when empty.", {
    always: true,
  }),
  ingress: field(2, atomicList(NetworkPolicyIngressRule), "Traffic that is let in."),
  egress: field(3, atomicList(NetworkPolicyEgressRule), "Traffic that is let out."),
  policyTypes: field(
    4,
    atomicList(string({ enum: ["Ingress", "Egress"] })),
    "Whether it is about Ingress, Egress or both.",
  ),
});
/** What a network policy lets through. */
export interface NetworkPolicySpec extends TypeOf<typeof networkPolicySpec> {}
export const NetworkPolicySpec: ObjectSchema<NetworkPolicySpec> = networkPolicySpec.completed(policyTypesOf);

/** Which traffic of pods is let in and out. */
export const NetworkPolicy = kind({
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  scope: "Namespaced",
  shortNames: ["netpol"],
  doc: "Which traffic of pods is let in and out.",
  columns: [
    text("Pod-Selector", "Pods that the policy is about.", ({ spec }: Shown<NetworkPolicySpec | undefined>) =>
      selectorText(spec?.podSelector),
    ),
    age(),
  ],
  checkName: dns1123Subdomain,
  definition: "io.k8s.api.networking.v1.NetworkPolicy",
  storagePath: "networkpolicies",
  fields: {
    spec: field(2, NetworkPolicySpec, "What is let through.", { always: true }),
  },
});
export interface NetworkPolicy extends ObjectOf<typeof NetworkPolicy> {}
