// Names that signed tokens carry: who signs, and for whom.

/** Audience of tokens for the image registry; also the host in image names. */
export const REGISTRY_SERVICE = "registry.knots.internal";
/** Audience of tokens for the git server; their grants are of type "git". */
export const GIT_SERVICE = "git.knots.internal";
/** Who signs. */
export const TOKEN_ISSUER = "knots";
