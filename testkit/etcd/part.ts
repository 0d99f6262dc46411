// Debian's etcd for tests: fetched and unpacked once for this machine, run from where it lies.
import { dirname, join } from "node:path";
import { defaultPartsCache, ensurePart, PackageError, type Part, parts } from "@knots/host";

let wanted: Promise<Part> | undefined;

/** The part. Rejects with a PackageError when it cannot be had. */
export function etcdPart(): Promise<Part> {
  wanted ??= ensurePart(parts.etcd, { dataDir: join(dirname(defaultPartsCache()), "tests") });
  return wanted;
}

/** False when etcd can be run here, else why not, for the `skip` of a test; CI takes this reason for a failure. */
export async function skipWithoutEtcd(): Promise<string | false> {
  try {
    await etcdPart();
    return false;
  } catch (error) {
    if (error instanceof PackageError) return `stock client etcd: ${error.message}`;
    throw error;
  }
}
