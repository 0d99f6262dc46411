// Reads what apt says: which packages belong together, and under which file names they are downloaded.

/** One package in the version and architecture that apt chose. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

const installLine = /^Inst (\S+) \((\S+) .*\[(\w+)\]\)/;

/** The packages in the answer of a simulated `apt-get install`, in the order of installation. */
export function parseSimulation(stdout: string): DebianPackage[] {
  const found: DebianPackage[] = [];
  for (const line of stdout.split("\n")) {
    const [, name, version, architecture] = installLine.exec(line) ?? [];
    if (name && version && architecture) found.push({ name: bare(name), version, architecture });
  }
  return found;
}

/** The installed packages in the answer of `dpkg-query --show --showformat '${db:Status-Status} ${Package}\n'`. */
export function parseInstalled(stdout: string): Set<string> {
  const lines = stdout.split("\n").filter((line) => line.startsWith("installed "));
  return new Set(lines.map((line) => line.slice("installed ".length)));
}

/** The file name that `apt-get download` gives a package. */
export function debFileName(deb: DebianPackage): string {
  return `${deb.name}_${deb.version.replaceAll(":", "%3a")}_${deb.architecture}.deb`;
}

/** The version without what a path does not like. */
export function pathVersion(version: string): string {
  return version.replace(/^\d+:/, "").replaceAll(/[^A-Za-z0-9.+-]/g, "_");
}

function bare(name: string): string {
  return name.replace(/:.*$/, "");
}
