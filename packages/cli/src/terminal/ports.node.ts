// Looks whether ports are free before anything is started, and names who holds one.
import { readdir, readlink } from "node:fs/promises";
import { createServer } from "node:net";
import { commandLine, hasCode, readTextFile } from "@knots/host";
import { UserError } from "../settings/user-error.ts";

/** A port that will be listened on, and the flag that chooses it. */
export interface WantedPort {
  readonly address: string;
  readonly port: number;
  readonly flag: string;
}

function tryListen({ address, port }: WantedPort): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** Inode of the listening TCP socket on `port`, from /proc/net. */
async function inodeOf(port: number): Promise<string | undefined> {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    const lines = ((await readTextFile(table)) ?? "").split("\n").slice(1);
    const fields = lines
      .map((line) => line.trim().split(/\s+/))
      .find((row) => row[1]?.endsWith(`:${wanted}`) && row[3] === "0A");
    if (fields?.[9]) return fields[9];
  }
  return undefined;
}

async function holds(pid: string, socket: string): Promise<boolean> {
  try {
    const files = await readdir(`/proc/${pid}/fd`);
    const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => "")));
    return links.includes(socket);
  } catch {
    return false;
  }
}

async function ownerOf(port: number): Promise<{ readonly name: string; readonly pid: string } | undefined> {
  const inode = await inodeOf(port);
  if (!inode) return undefined;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name)))
    if (await holds(pid, `socket:[${inode}]`))
      return { name: (await commandLine(Number(pid)))[0]?.split("/").at(-1) ?? "?", pid };
  return undefined;
}

/** A message that names the port, its owner and the flag; to be shown with `owner` filled in. */
export class PortError extends UserError {
  readonly owner: { readonly name: string; readonly pid: string } | undefined;

  constructor(wanted: WantedPort, owner: { readonly name: string; readonly pid: string } | undefined) {
    super("error.portTaken", { ...wanted, owner: "" });
    this.owner = owner;
  }
}

/** Throws a UserError for the first port that cannot be listened on; `ours` may say that its holder is no hindrance. */
export async function checkPorts(
  wanted: readonly WantedPort[],
  ours: (pid: number) => Promise<boolean> = async () => false,
): Promise<void> {
  for (const port of wanted) {
    const fault = await tryListen(port);
    if (fault === undefined) continue;
    if (hasCode(fault, "EACCES")) throw new UserError("error.portForbidden", { port: port.port, flag: port.flag });
    if (!hasCode(fault, "EADDRINUSE")) throw fault;
    const owner = await ownerOf(port.port);
    if (!owner || !(await ours(Number(owner.pid)))) throw new PortError(port, owner);
  }
}
