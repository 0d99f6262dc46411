// containerd's configuration as a value and as the TOML it reads.

export interface ContainerdConfig {
  readonly root: string;
  readonly state: string;
  readonly socket: string;
  readonly opt: string;
  readonly runc: string;
  readonly sandboxImage: string;
  readonly cniConfig: string;
  readonly cniPrograms: string;
  /** Folder of `<registry>/hosts.toml` files. */
  readonly registries: string;
  readonly snapshotter: string;
  /** Set where the kernel lets nobody be protected from running out of memory: scores below our own would be refused. */
  readonly restrictOomScore: boolean;
}

/** Plugins that only log failures on machines without their file system or device. */
const disabled = ["aufs", "btrfs", "devmapper", "zfs"].map((name) => `io.containerd.snapshotter.v1.${name}`);

export function containerdToml(config: ContainerdConfig): string {
  const cri = `plugins."io.containerd.grpc.v1.cri"`;
  const runtime = `${cri}.containerd.runtimes.runc`;
  const sections: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["grpc", { address: config.socket }],
    ["ttrpc", { address: `${config.socket}.ttrpc` }],
    [`plugins."io.containerd.internal.v1.opt"`, { path: config.opt }],
    [
      cri,
      {
        sandbox_image: config.sandboxImage,
        stream_server_address: "127.0.0.1",
        stream_server_port: "0",
        // What an unprivileged pod may do is decided by its security context, not by a profile that may be missing.
        disable_apparmor: true,
        restrict_oom_score_adj: config.restrictOomScore,
      },
    ],
    [`${cri}.containerd`, { snapshotter: config.snapshotter, default_runtime_name: "runc" }],
    [runtime, { runtime_type: "io.containerd.runc.v2" }],
    [`${runtime}.options`, { BinaryName: config.runc, Root: `${config.state}/runc`, SystemdCgroup: false }],
    [`${cri}.cni`, { bin_dir: config.cniPrograms, conf_dir: config.cniConfig }],
    [`${cri}.registry`, { config_path: config.registries }],
  ];
  const head = { version: 2, root: config.root, state: config.state, disabled_plugins: disabled };
  const body = sections.map(([name, values]) => `[${name}]\n${assignments(values)}`);
  return [assignments(head), ...body].join("\n");
}

/** JSON's strings, numbers, booleans and arrays of strings are also TOML's. */
function assignments(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join("");
}
