// X.509 certificates on P-256: a cluster authority and the leaf certificates that it signs.
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from "node:crypto";

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a leaf certificate is for. `user` and `groups` become the subject's CN and O, as Kubernetes reads them. */
export interface LeafRequest {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly usages: readonly ("client" | "server")[];
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Life in days; 365 when not given. */
  readonly days?: number;
}

const DAY = 86_400_000;
/** Certificates start a little early, so that a clock slightly behind accepts them. */
const BACKDATE = 5 * 60_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING = { name: "ECDSA", hash: "SHA-256" } as const;
const USAGE_OID = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" } as const;

/** The library takes 70 ms to load: only those who make certificates pay. */
async function library(): Promise<typeof import("@peculiar/x509")> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

async function newKeys(): Promise<{ readonly keys: webcrypto.CryptoKeyPair; readonly key: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  return { keys, key: pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)) };
}

/** A positive serial number of 127 random bits. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function validity(now: number, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(now - BACKDATE), notAfter: new Date(now + days * DAY) };
}

/** Makes a self-signed authority that lives ten years. `now` is milliseconds since the epoch. */
export async function createAuthority(commonName: string, now: number): Promise<KeyPair> {
  const x509 = await library();
  const { keys, key } = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    ...validity(now, 3650),
    signingAlgorithm: SIGNING,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key };
}

/** Makes a key and a certificate for it, signed by `authority`. */
export async function issueCertificate(authority: KeyPair, request: LeafRequest, now: number): Promise<KeyPair> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificate);
  const pkcs8 = createPrivateKey(authority.key).export({ type: "pkcs8", format: "der" });
  const signingKey = await webcrypto.subtle.importKey("pkcs8", new Uint8Array(pkcs8), ALGORITHM, false, ["sign"]);
  const { keys, key } = await newKeys();
  const names = [
    ...(request.dnsNames ?? []).map((value) => ({ type: "dns" as const, value })),
    ...(request.ipAddresses ?? []).map((value) => ({ type: "ip" as const, value })),
  ];
  const groups = request.groups ?? [];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [...(groups.length > 0 ? groups.map((group) => ({ O: [group] })) : []), { CN: [request.user] }],
    issuer: issuer.subjectName.toJSON(),
    ...validity(now, request.days ?? 365),
    signingAlgorithm: SIGNING,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(request.usages.map((usage) => USAGE_OID[usage])),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key };
}

/** Whether a certificate still has more than a third of its life before it. */
export function isFresh(certificate: string, now: number): boolean {
  const parsed = new X509Certificate(certificate);
  const [from, to] = [Date.parse(parsed.validFrom), Date.parse(parsed.validTo)];
  return now < to - (to - from) / 3;
}

/** Whether `certificate` was signed by `authority` and names what `request` asks. */
export function certificateFits(
  certificate: string,
  request: LeafRequest,
  authority: Pick<KeyPair, "certificate">,
): boolean {
  const parsed = new X509Certificate(certificate);
  const signed = parsed.verify(new X509Certificate(authority.certificate).publicKey);
  const named = (request.dnsNames ?? []).every((name) => parsed.checkHost(name, { wildcards: false }) !== undefined);
  const placed = (request.ipAddresses ?? []).every((address) => parsed.checkIP(address) !== undefined);
  const subject = parsed.subject.split("\n");
  const identified =
    subject.includes(`CN=${request.user}`) && (request.groups ?? []).every((group) => subject.includes(`O=${group}`));
  return signed && named && placed && identified;
}
