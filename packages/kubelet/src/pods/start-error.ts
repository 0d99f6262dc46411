// Why a container could not be started: the word and the sentence that its status shows.

/** Waiting reasons of failed starts, upstream's words. */
export type StartReason =
  | "ErrImagePull"
  | "ErrImageNeverPull"
  | "ImageInspectError"
  | "InvalidImageName"
  | "CreateContainerConfigError"
  | "CreateContainerError"
  | "RunContainerError"
  | "PostStartHookError";

export class StartError extends Error {
  override readonly name = "StartError";
  readonly reason: StartReason;

  constructor(reason: StartReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The words of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
