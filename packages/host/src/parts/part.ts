// The daemons that the platform brings along: one declaration for each.

/** A part as it is declared. */
export interface PartDeclaration {
  readonly name: string;
  /** Debian packages whose files make the part; the first one gives the part its version. */
  readonly packages: readonly string[];
  /** Programs the part offers, by name: paths inside its folder. */
  readonly programs: Readonly<Record<string, string>>;
  readonly doc: string;
}

export const parts = {
  containerd: {
    name: "containerd",
    packages: ["containerd", "runc", "containernetworking-plugins"],
    programs: {
      containerd: "usr/bin/containerd",
      ctr: "usr/bin/ctr",
      "containerd-shim-runc-v2": "usr/bin/containerd-shim-runc-v2",
      runc: "usr/sbin/runc",
      bridge: "usr/lib/cni/bridge",
      "host-local": "usr/lib/cni/host-local",
      loopback: "usr/lib/cni/loopback",
      portmap: "usr/lib/cni/portmap",
    },
    doc: "Runs containers: containerd with runc and the standard CNI plugins.",
  },
  haproxy: {
    name: "haproxy",
    packages: ["haproxy"],
    programs: { haproxy: "usr/sbin/haproxy" },
    doc: "Carries the traffic of Ingresses.",
  },
  registry: {
    name: "registry",
    packages: ["docker-registry"],
    programs: { "docker-registry": "usr/bin/docker-registry" },
    doc: "Keeps the images of sites.",
  },
  init: {
    name: "init",
    packages: ["catatonit"],
    programs: { catatonit: "usr/bin/catatonit" },
    doc: "The static init of pod sandboxes.",
  },
  etcd: {
    name: "etcd",
    packages: ["etcd-server", "etcd-client"],
    programs: { etcd: "usr/bin/etcd", etcdctl: "usr/bin/etcdctl" },
    doc: "An external store, for clusters that want one.",
  },
} as const satisfies Readonly<Record<string, PartDeclaration>>;

/** A part that has been unpacked and can be used without a network. */
export interface Part {
  readonly name: string;
  /** Version of its first package, as Debian writes it. */
  readonly version: string;
  /** Absolute path of its folder, laid out like a file system root. */
  readonly dir: string;
  /** Absolute paths of its programs. */
  readonly programs: Readonly<Record<string, string>>;
  /** What its programs need added to their environment: where libraries are that the host lacks. */
  readonly env: Readonly<Record<string, string>>;
}

/** The absolute path of a program of a part; throws an error that names both when the part has none of that name. */
export function programOf(part: Part, program: string): string {
  const path = part.programs[program];
  if (path === undefined) throw new Error(`the part ${part.name} has no program ${program}`);
  return path;
}
