// The cryptography that the server needs, as a port.

/** Signs service-account tokens. */
export interface Signer {
  /** `ES256` or `RS256`. */
  readonly algorithm: string;
  readonly keyId: string;
  sign(data: Uint8Array): Uint8Array;
}

/** Checks signatures of one key. */
export interface Verifier {
  readonly algorithm: string;
  readonly keyId: string;
  verify(data: Uint8Array, signature: Uint8Array): boolean;
  /** The public key as a JSON Web Key. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

export interface Crypto {
  sha256(data: Uint8Array): Uint8Array;
  /** Opens a PEM private key. */
  signer(pem: string): Signer;
  /** Opens a PEM public or private key. */
  verifier(pem: string): Verifier;
}
