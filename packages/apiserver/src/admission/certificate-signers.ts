// CertificateApproval and CertificateSigning: who may decide for a signer, and who may sign in its name.
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
