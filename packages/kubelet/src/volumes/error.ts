// Why a volume is not there: a sentence for the event `FailedMount`.

/** An expected failure to make a volume; the message is upstream's. */
export class VolumeError extends Error {
  override readonly name = "VolumeError";
}

/** Puts the volume's name before the cause, as the event shows it. */
export function setUpFailure(volume: string, cause: unknown): VolumeError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new VolumeError(`MountVolume.SetUp failed for volume "${volume}" : ${words}`, { cause });
}
