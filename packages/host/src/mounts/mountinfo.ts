// The kernel's table of mounts, as text to values.

export interface Mount {
  readonly id: number;
  readonly parent: number;
  /** The part of the mounted file system that is seen here. */
  readonly root: string;
  /** Where it is mounted, without the kernel's octal escapes. */
  readonly point: string;
  /** Options of this mount: ro, nosuid ... */
  readonly options: readonly string[];
  /** Options of the file system below: for cgroup v1 the names of its controllers. */
  readonly superOptions: readonly string[];
  readonly type: string;
  readonly source: string;
}

/** Parses /proc/<pid>/mountinfo, in the order of mounting. */
export function parseMountinfo(text: string): Mount[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(parseLine);
}

function parseLine(line: string): Mount {
  const [left = "", right = ""] = line.split(" - ");
  const [id, parent, , root, point, options] = left.split(" ");
  const [type, source, superOptions] = right.split(" ");
  if (point === undefined || type === undefined) throw new Error(`not a line of mountinfo: ${line}`);
  return {
    id: Number(id),
    parent: Number(parent),
    root: plain(root ?? "/"),
    point: plain(point),
    options: (options ?? "").split(","),
    superOptions: (superOptions ?? "").split(","),
    type,
    source: plain(source ?? "none"),
  };
}

/** Spaces, tabs, newlines and backslashes are written as three octal digits of a byte. */
function plain(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Mounts at the path or below it, the last mounted first: the order in which they can be undone. */
export function mountsBelow(mounts: readonly Mount[], path: string): Mount[] {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  return mounts.filter(({ point }) => point === path || point.startsWith(prefix)).reverse();
}
