// One real etcd process: started, killed, frozen and started again on what it left.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { programOf } from "@knots/host";
import { etcdPart } from "./part.ts";

/** Files in PEM form. */
export interface MemberTls {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

export interface MemberOptions {
  readonly name: string;
  /** Its data and its log are kept here. */
  readonly folder: string;
  readonly address: string;
  readonly clientPort: number;
  readonly peerPort: number;
  /** All members: `name=http://address:peerPort`, joined by commas. */
  readonly cluster: string;
  /** Asks clients for certificates of this authority. */
  readonly tls?: MemberTls | undefined;
  /** Milliseconds; an election takes ten of them. */
  readonly heartbeat: number;
  /** What comes before the program, such as `ip netns exec x`. */
  readonly wrap?: readonly string[] | undefined;
  readonly flags?: readonly string[] | undefined;
}

export interface EtcdMember {
  readonly name: string;
  /** `http://` or `https://`, address and port for clients. */
  readonly url: string;
  /** Starts it; on an earlier life's data when there is some. */
  start(): Promise<void>;
  signal(signal: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): void;
  /** Resolves when the process is gone; kills it if need be. */
  stop(): Promise<void>;
}

function tlsFlags(tls: MemberTls | undefined): readonly string[] {
  if (tls === undefined) return [];
  return [
    `--cert-file=${tls.certificate}`,
    `--key-file=${tls.key}`,
    `--trusted-ca-file=${tls.authority}`,
    "--client-cert-auth",
  ];
}

export function etcdMember(options: MemberOptions): EtcdMember {
  const { name, folder, address, clientPort, peerPort, cluster, tls, heartbeat, wrap = [], flags = [] } = options;
  const url = `${tls ? "https" : "http"}://${address}:${clientPort}`;
  const peer = `http://${address}:${peerPort}`;
  const settings = [
    `--name=${name}`,
    `--data-dir=${join(folder, name)}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=${cluster}`,
    `--heartbeat-interval=${heartbeat}`,
    `--election-timeout=${heartbeat * 10}`,
    "--logger=zap",
    ...tlsFlags(tls),
    ...flags,
  ];
  let child: ChildProcess | undefined;
  return {
    name,
    url,
    async start() {
      const part = await etcdPart();
      const log = await open(join(folder, `${name}.log`), "a");
      const argv = [...wrap, "setpriv", "--pdeathsig", "KILL", programOf(part, "etcd"), ...settings];
      child = spawn(argv[0] as string, argv.slice(1), {
        stdio: ["ignore", log.fd, log.fd],
        env: { ...process.env, ...part.env },
      });
      await once(child, "spawn");
      await log.close();
    },
    signal: (signal) => void child?.kill(signal),
    async stop() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
