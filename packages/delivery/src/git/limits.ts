// How much the git server takes and gives.

export interface GitLimits {
  /** Bytes of one push. */
  readonly pushBytes: number;
  /** Bytes of one repository on disk; a push is refused when it is reached. */
  readonly repositoryBytes: number;
  /** Bytes of what a fetch asks; large only for clones with very many references. */
  readonly fetchRequestBytes: number;
  /** Branches and tags that one push may change. */
  readonly updates: number;
  /** Milliseconds for one request. */
  readonly duration: number;
  /** Milliseconds for which a connection may be silent. */
  readonly silence: number;
  /** Requests that may run git at once. */
  readonly concurrent: number;
}

const MIB = 1024 * 1024;

export const defaultGitLimits: GitLimits = {
  pushBytes: 512 * MIB,
  repositoryBytes: 2048 * MIB,
  fetchRequestBytes: 16 * MIB,
  updates: 1000,
  duration: 600_000,
  silence: 60_000,
  concurrent: 16,
};

/** `1536 KiB` and the like, in the unit that reads best. */
export function bytesText(bytes: number): string {
  if (bytes >= 1024 * MIB) return `${round(bytes / (1024 * MIB))} GiB`;
  return bytes >= MIB ? `${round(bytes / MIB)} MiB` : `${round(bytes / 1024)} KiB`;
}

const round = (value: number): string => `${Math.round(value * 10) / 10}`;
