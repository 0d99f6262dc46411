// CertificateApproval, CertificateSigning and CertificateSubjectRestriction: who may decide and sign for a signer, and for whom nobody may.
import type { Authorizer } from "../authorization/authorizer.ts";
import { forbiddenWrite } from "../errors.ts";
import { type AnyObject, equalJson } from "../registry/objects.ts";
import type { User } from "../user.ts";
import type { AdmissionPlugin, Attributes } from "./admission.ts";

const GROUP = "certificates.k8s.io";
const isRequest = ({ kind }: Attributes): boolean =>
  kind.group === GROUP && kind.plural === "certificatesigningrequests";
const signerOf = (request: AnyObject | undefined): string =>
  ((request?.spec ?? {}) as { readonly signerName?: string }).signerName ?? "";

/** Whether a user may do `verb` for a signer: for it by name, or for all signers of its domain. */
function mayFor(authorizer: Authorizer, user: User, verb: string, signer: string): boolean {
  const names = [signer, `${signer.slice(0, signer.indexOf("/"))}/*`];
  return names.some((name) => authorizer.authorize(user, { verb, group: GROUP, resource: "signers", name }).allowed);
}

function refusal({ kind, name }: Attributes, verb: string, signer: string): Error {
  return forbiddenWrite(kind, name, `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`);
}

/** Decisions need the verb `approve` on the signer. */
export function certificateApproval(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: "CertificateApproval",
    validate(attributes) {
      if (!isRequest(attributes) || attributes.subresource !== "approval") return;
      const signer = signerOf(attributes.old);
      if (!mayFor(authorizer, attributes.context.user, "approve", signer)) throw refusal(attributes, "approve", signer);
    },
  };
}

const issued = (request: AnyObject | undefined): unknown =>
  ((request?.status ?? {}) as { readonly certificate?: string }).certificate;

/** Certificates need the verb `sign` on the signer. */
export function certificateSigning(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: "CertificateSigning",
    validate(attributes) {
      if (!isRequest(attributes) || attributes.subresource !== "status") return;
      if (equalJson(issued(attributes.object), issued(attributes.old))) return;
      const signer = signerOf(attributes.old);
      if (!mayFor(authorizer, attributes.context.user, "sign", signer)) throw refusal(attributes, "sign", signer);
    },
  };
}

const MASTERS = "system:masters";
const CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";
/** How the attribute "organization" begins in DER; a tag and the length of the text follow. */
const ORGANIZATION = "\x06\x03\x55\x04\x0a";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Whether the PEM of a request asks for the group in its subject; what is no PEM asks for nothing, and no signer takes it. */
function asksForMasters(pem: string): boolean {
  const block = /-----BEGIN CERTIFICATE REQUEST-----([^-]*)-----END/.exec(pem)?.[1] ?? "";
  const body = block.replaceAll(/\s/g, "");
  const der = BASE64.test(body) ? atob(body) : "";
  const parts = der.split(ORGANIZATION).slice(1);
  return parts.some((part) => part.charCodeAt(1) === MASTERS.length && part.startsWith(MASTERS, 2));
}

/** Nobody becomes an administrator by a certificate that is asked for here. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: "CertificateSubjectRestriction",
  validate(attributes) {
    const { operation, subresource, object, kind, name } = attributes;
    if (operation !== "CREATE" || subresource !== undefined || !isRequest(attributes)) return;
    const { request = "" } = (object?.spec ?? {}) as { readonly request?: string };
    if (signerOf(object) !== CLIENT_SIGNER || !asksForMasters(atob(request))) return;
    throw forbiddenWrite(kind, name, `use of ${CLIENT_SIGNER} signer with ${MASTERS} group is not allowed`);
  },
};
