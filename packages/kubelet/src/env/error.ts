// Why a container cannot be configured: something it refers to is missing or wrong.

/** Shown as the waiting reason `CreateContainerConfigError`; the message is upstream's and goes to the user. */
export class CreateContainerConfigError extends Error {
  override readonly name = "CreateContainerConfigError";
}
