// CertificateSigningRequest: asks a signer for a certificate.
import {
  array,
  atomicList,
  bytes,
  field,
  int32,
  kind,
  map,
  type ObjectOf,
  type ObjectSchema,
  object,
  pathSegmentName,
  string,
  type TypeOf,
  time,
} from "@knots/machinery";
import type { Shown } from "../../columns.ts";
import { decisionsExclude, decisionsStay, lifetimeIsLong, signerIsNamed, usagesAreKnown } from "./csr-checks.ts";
import { csrColumns } from "./csr-columns.ts";

const certificateSigningRequestSpec = object("io.k8s.api.certificates.v1.CertificateSigningRequestSpec", {
  request: field(1, bytes(), "PEM of a PKCS#10 request.", { required: true }),
  signerName: field(7, string(), "Who should sign, such as kubernetes.io/kube-apiserver-client.", { required: true }),
  expirationSeconds: field(8, int32(), "Seconds that the certificate should live.", { pointer: true }),
  usages: field(5, atomicList(string()), "What the key may be used for."),
  username: field(2, string(), "Who asks; set by the server."),
  uid: field(3, string(), "UID of who asks; set by the server."),
  groups: field(4, atomicList(string()), "Groups of who asks; set by the server."),
  extra: field(6, map(array(string())), "Further facts on who asks; set by the server."),
});
/** What is asked for, and who asks. */
export interface CertificateSigningRequestSpec extends TypeOf<typeof certificateSigningRequestSpec> {}
export const CertificateSigningRequestSpec: ObjectSchema<CertificateSigningRequestSpec> =
  certificateSigningRequestSpec.check(signerIsNamed, lifetimeIsLong, usagesAreKnown);

const certificateSigningRequestCondition = object("io.k8s.api.certificates.v1.CertificateSigningRequestCondition", {
  type: field(1, string(), "Approved, Denied or Failed.", { required: true }),
  status: field(6, string({ enum: ["True", "False", "Unknown"] }), "True, False or Unknown.", { required: true }),
  reason: field(2, string(), "One CamelCase word that says why."),
  message: field(3, string(), "Details for people."),
  lastUpdateTime: field(4, time(), "When the condition last changed in any way."),
  lastTransitionTime: field(5, time(), "When the status last changed."),
});
/** A decision on a request. */
export interface CertificateSigningRequestCondition extends TypeOf<typeof certificateSigningRequestCondition> {}
export const CertificateSigningRequestCondition: ObjectSchema<CertificateSigningRequestCondition> =
  certificateSigningRequestCondition;

const certificateSigningRequestStatus = object("io.k8s.api.certificates.v1.CertificateSigningRequestStatus", {
  conditions: field(
    1,
    array(CertificateSigningRequestCondition, { list: "map", keys: ["type"] }),
    "Decisions on the request.",
  ),
  certificate: field(2, bytes(), "PEM of the certificate and its chain."),
});
/** Decisions on a request, and the certificate. */
export interface CertificateSigningRequestStatus extends TypeOf<typeof certificateSigningRequestStatus> {}
export const CertificateSigningRequestStatus: ObjectSchema<CertificateSigningRequestStatus> =
  certificateSigningRequestStatus.check(decisionsExclude, decisionsStay);

/** Asks a signer for a certificate. */
export const CertificateSigningRequest = kind({
  group: "certificates.k8s.io",
  version: "v1",
  kind: "CertificateSigningRequest",
  plural: "certificatesigningrequests",
  scope: "Cluster",
  shortNames: ["csr"],
  doc: "Asks a signer for a certificate.",
  subresources: { approval: { kind: "CertificateSigningRequest", verbs: ["get", "patch", "update"] } },
  columns: csrColumns,
  selectable: {
    "spec.signerName": ({ spec }: Shown<CertificateSigningRequestSpec | undefined>) => spec?.signerName ?? "",
  },
  checkName: pathSegmentName,
  generation: false,
  definition: "io.k8s.api.certificates.v1.CertificateSigningRequest",
  storagePath: "certificatesigningrequests",
  fields: {
    spec: field(2, CertificateSigningRequestSpec, "What is asked for; cannot change.", {
      required: true,
      always: true,
    }),
    status: field(3, CertificateSigningRequestStatus, "Decisions and the certificate.", { always: true }),
  },
});
export interface CertificateSigningRequest extends ObjectOf<typeof CertificateSigningRequest> {}
