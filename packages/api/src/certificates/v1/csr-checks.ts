// Rules of certificate signing requests: signers, usages, decisions.
import {
  type Check,
  dns1123Label,
  dns1123Subdomain,
  duplicate,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from "@knots/machinery";
import { deepEqual } from "@knots/std";

const USAGES = [
  "signing",
  "digital signature",
  "content commitment",
  "key encipherment",
  "key agreement",
  "data encipherment",
  "cert sign",
  "crl sign",
  "encipher only",
  "decipher only",
  "any",
  "server auth",
  "client auth",
  "code signing",
  "email protection",
  "s/mime",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "timestamping",
  "ocsp signing",
  "microsoft sgc",
  "netscape sgc",
];
const PATH_SEGMENT = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
/** Domain, slash and path of a signer take at most this many characters. */
const MAX_SIGNER = 571;

/** A signer is a domain and a path of dotted segments. */
export const signerIsNamed: Check<{ readonly signerName?: string }> = function* ({ signerName = "" }, { path, old }) {
  const at = path.child("signerName");
  if (old || signerName === "") return;
  if (signerName === "kubernetes.io/legacy-unknown") {
    yield invalid(at, signerName, "this value is not allowed");
    return;
  }
  const [domain = "", name = "", ...rest] = signerName.split("/");
  if (rest.length > 0 || name === "") {
    yield invalid(at, signerName, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
    return;
  }
  if (!domain.includes("."))
    yield invalid(at, domain, "should be a domain with at least two segments separated by dots");
  const fault = dns1123Subdomain(domain);
  if (fault !== undefined) yield invalid(at, domain, fault);
  for (const segment of name.split(".")) {
    if (!PATH_SEGMENT.test(segment)) yield invalid(at, segment, dns1123Label("_") ?? "");
  }
  if (signerName.length > MAX_SIGNER) {
    yield invalid(at, signerName, `must be no more than ${MAX_SIGNER} characters`);
  }
};

const MIN_SECONDS = 600;
export const lifetimeIsLong: Check<{ readonly expirationSeconds?: number }> = function* (value, { path }) {
  const { expirationSeconds: seconds } = value;
  if (seconds === undefined || seconds >= MIN_SECONDS) return;
  yield invalid(path.child("expirationSeconds"), seconds, "may not specify a duration less than 600 seconds");
};

/** Usages are known and named once. */
export const usagesAreKnown: Check<{ readonly usages?: readonly string[] }> = function* ({ usages = [] }, { path }) {
  const at = path.child("usages");
  if (usages.length === 0) yield required(at, "usages is required");
  const seen = new Set<string>();
  for (const [index, usage] of usages.entries()) {
    if (!USAGES.includes(usage)) yield notSupported(at.index(index), usage, USAGES);
    else if (seen.has(usage)) yield duplicate(at.index(index), usage);
    seen.add(usage);
  }
};

interface Decision {
  readonly type: string;
  readonly status: string;
}
interface StatusView {
  readonly conditions?: readonly Decision[];
  readonly certificate?: string;
}
const FINAL = ["Approved", "Denied", "Failed"];

function* checkDecision(path: FieldPath, { type, status }: Decision) {
  if (FINAL.includes(type) && (status === "False" || status === "Unknown")) {
    yield notSupported(path.child("status"), status, ["True"]);
  }
}

/** A request is approved or denied, and decisions are never taken halfway. */
export const decisionsExclude: Check<StatusView> = function* ({ conditions = [] }, { path }) {
  const at = path.child("conditions");
  for (const [index, decision] of conditions.entries()) yield* checkDecision(at.index(index), decision);
  const types = conditions.map(({ type }) => type);
  const both = Math.max(types.indexOf("Approved"), types.indexOf("Denied"));
  if (types.includes("Approved") && types.includes("Denied")) {
    yield invalid(at.index(both).child("type"), types[both], "Approved and Denied conditions are mutually exclusive");
  }
};

/** A decision stays, and so does a certificate. */
export const decisionsStay: Check<StatusView> = function* ({ conditions = [], certificate }, { path, old }) {
  for (const type of FINAL) {
    const was = old?.conditions?.find((one) => one.type === type);
    if (!was || conditions.some((one) => one.type === type)) continue;
    yield forbidden(path.child("conditions"), `updates may not remove a condition of type "${type}"`);
  }
  const issued = old?.certificate;
  if (issued === undefined || issued === "" || deepEqual(certificate, issued)) return;
  const message = "updates may not set certificate content of existing resource";
  yield forbidden(path.child("certificate"), certificate === undefined ? "updates may not clear certificate" : message);
};
