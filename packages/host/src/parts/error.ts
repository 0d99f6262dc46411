// Why a part or a package could not be had, in a sentence that names the fix.
import { ProgramError } from "../process/error.ts";

export type PackageFailure = "no-apt" | "not-found" | "no-network" | "disk-full" | "broken";

/** Debian packages could not be found, downloaded or unpacked. Nothing half done is left. */
export class PackageError extends Error {
  readonly failure: PackageFailure;
  readonly packages: readonly string[];
  constructor(failure: PackageFailure, packages: readonly string[], cause: unknown) {
    super(sentence(failure, packages, cause), { cause });
    this.name = "PackageError";
    this.failure = failure;
    this.packages = packages;
  }
}

/** Turns the failure of apt or dpkg into a PackageError; other errors are returned as they are. */
export function packageError(error: unknown, packages: readonly string[]): unknown {
  if (error instanceof ProgramError) return new PackageError(classify(error), packages, error);
  if (error instanceof Error && "code" in error && error.code === "ENOSPC") {
    return new PackageError("disk-full", packages, error);
  }
  return error;
}

const signs: readonly (readonly [PackageFailure, RegExp])[] = [
  ["disk-full", /No space left on device|don't have enough free space|Disk quota exceeded/i],
  ["not-found", /Unable to locate package|has no installation candidate|Version .* was not found|No packages found/i],
  [
    "no-network",
    /Could not resolve|Temporary failure resolving|Unable to connect|Could not connect|Failed to fetch|Connection (failed|timed out|refused)|Network is unreachable/i,
  ],
];

function classify(error: ProgramError): PackageFailure {
  if (error.failure === "missing") return "no-apt";
  if (error.failure === "timeout") return "no-network";
  return signs.find(([, sign]) => sign.test(error.stderrTail))?.[0] ?? "broken";
}

function sentence(failure: PackageFailure, packages: readonly string[], cause: unknown): string {
  const names = packages.join(", ");
  const detail = cause instanceof Error ? cause.message : String(cause);
  switch (failure) {
    case "no-apt":
      return `apt and dpkg are needed to fetch ${names}: this is not a Debian system (${detail})`;
    case "not-found":
      return `apt knows no package for ${names}: check /etc/apt/sources.list and run apt-get update (${detail})`;
    case "no-network":
      return `the Debian mirror cannot be reached to fetch ${names}: check the network or the proxy (${detail})`;
    case "disk-full":
      return `no space left while fetching or unpacking ${names}: free some space or choose another --data-dir (${detail})`;
    case "broken":
      return `apt could not fetch ${names} (${detail})`;
  }
}
