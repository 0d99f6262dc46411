// The API server alone, durable, over HTTPS: ready, rates, CPU per operation, memory, idle CPU.
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigMap, Pod, ServiceAccount } from "@knots/api";
import { type Client, createClient } from "@knots/client";
import { type Connection, createHttpsTransport, openPki, startDetached, stopDetached } from "@knots/host";
import { realClock, sleep } from "@knots/std";
import { cpuTime, memory } from "../process-usage.ts";
import { milliseconds, percentile, perSecond, type Row } from "../report.ts";
import { fanOutRows } from "./fan-out.ts";

const PODS = 4000;
const GETS = 8000;
/** Calls of a single client that are durable. */
const ALONE = 200;
const IDLE = 5000;

interface Server {
  readonly pid: number;
  readonly connection: Connection;
  readonly readyAfter: number;
  readonly stop: () => Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

async function untilReady(connection: Connection): Promise<void> {
  for (;;) {
    const transport = createHttpsTransport(connection);
    try {
      await createClient(transport).list(ConfigMap, { limit: 1 });
      return;
    } catch {
      await sleep(realClock, 5);
    } finally {
      transport.close();
    }
  }
}

async function startServer(folder: string): Promise<Server> {
  const port = await freePort();
  const pki = await openPki(join(folder, "pki"), () => realClock.now());
  const admin = await pki.leaf("admin", { user: "admin", groups: ["system:masters"], usages: ["client"] });
  const connection = { server: `https://127.0.0.1:${port}`, authority: pki.authority.certificate, ...admin };
  const kts = new URL("../../../bin/kts", import.meta.url).pathname;
  const daemon = { record: join(folder, "record.json"), log: join(folder, "log") };
  const start = performance.now();
  const { pid } = await startDetached({
    ...daemon,
    argv: [process.execPath, kts, "apiserver", "--data-dir", folder, "--secure-port", String(port)],
  });
  await untilReady(connection);
  return {
    pid,
    connection,
    readyAfter: performance.now() - start,
    stop: async () => void (await stopDetached(daemon)),
  };
}

/** Runs `count` calls over `width` workers; answers elapsed time, the server's CPU per call, and latencies. */
async function load(
  server: Server,
  { count, width }: { readonly count: number; readonly width: number },
  call: (index: number) => Promise<unknown>,
) {
  const cpu = await cpuTime(server.pid);
  const latencies: number[] = [];
  let next = 0;
  const start = performance.now();
  const worker = async (): Promise<void> => {
    while (next < count) {
      const begin = performance.now();
      await call(next++);
      latencies.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  const elapsed = performance.now() - start;
  return { elapsed, cpu: ((await cpuTime(server.pid)) - cpu) / count, p99: percentile(latencies, 0.99) };
}

const pod = (index: number) => ({
  metadata: { name: `pod-${index}`, namespace: "default", labels: { app: `app-${index % 100}` } },
  spec: {
    containers: [
      {
        name: "c",
        image: "nginx:1.20.2",
        env: Array.from({ length: 20 }, (_, n) => ({ name: `VARIABLE_${n}`, value: "x".repeat(80) })),
      },
    ],
  },
});

/** One kind of call, by one client and by all: so many of each, the first of them with this index. */
interface Work {
  readonly name: string;
  readonly alone: number;
  readonly all: number;
  readonly peer: string;
  readonly call: (client: Client, index: number) => Promise<unknown>;
}

const key = (index: number) => ({ namespace: "default", name: `pod-${index}` });
const shown = (count: number, { elapsed, cpu, p99 }: Awaited<ReturnType<typeof load>>): string =>
  `${perSecond(count, elapsed)}, server CPU ${cpu.toFixed(2)} ms, p99 ${milliseconds(p99)}`;

const works: readonly Work[] = [
  {
    name: "create pod",
    alone: ALONE,
    all: PODS,
    peer: "1,190-1,330/s (alone 450-540/s), CPU 1.3 ms",
    call: (client, index) => client.create(Pod, pod(index)),
  },
  {
    name: "get pod",
    alone: 1000,
    all: GETS,
    peer: "4,000-4,400/s, CPU 0.35 ms",
    call: (client, index) => client.get(Pod, key(index % PODS)),
  },
  {
    name: "patch pod",
    alone: ALONE,
    all: PODS,
    peer: "",
    call: (client, index) =>
      client.patch(Pod, key(index), {
        type: "application/merge-patch+json",
        body: { metadata: { annotations: { turn: String(index) } } },
      }),
  },
  {
    name: "delete pod",
    alone: ALONE,
    all: PODS,
    peer: "660-990/s, CPU 1.85 ms",
    call: (client, index) => client.delete(Pod, key(index)),
  },
];

/** Both rows of one kind of call. The pods of the single client come after the others'. */
async function bothWidths(server: Server, clients: readonly Client[], work: Work): Promise<readonly Row[]> {
  const { name, alone, all, peer, call } = work;
  const at = (index: number): Client => clients[index % clients.length] as Client;
  const one = await load(server, { count: alone, width: 1 }, (index) => call(at(0), PODS + index));
  const many = await load(server, { count: all, width: clients.length }, (index) => call(at(index), index));
  return [
    { work: `${name}, 1 client`, measured: shown(alone, one) },
    { work: `${name}, ${clients.length} clients`, measured: shown(all, many), ...(peer && { peer }) },
  ];
}

async function lists(server: Server, client: Client): Promise<readonly Row[]> {
  const list = await load(server, { count: 5, width: 1 }, () => client.list(Pod));
  const select = await load(server, { count: 20, width: 1 }, () => client.list(Pod, { labelSelector: "app=app-1" }));
  return [
    {
      work: `list ${PODS + ALONE} pods`,
      measured: `${milliseconds(list.elapsed / 5)}, server CPU ${list.cpu.toFixed(0)} ms`,
      peer: "240-270 ms, CPU 320 ms",
    },
    {
      work: "list by label",
      measured: `${milliseconds(select.elapsed / 20)}, server CPU ${select.cpu.toFixed(1)} ms`,
      peer: "77-106 ms, CPU 130-170 ms",
    },
  ];
}

/** How long a probe waits at most while pods are listed: about as long as the event loop was held. */
async function probesDuringLists(server: Server, client: Client): Promise<readonly Row[]> {
  const transport = createHttpsTransport(server.connection);
  const prober = createClient(transport);
  let listing = true;
  const crowd = Array.from({ length: 4 }, async () => {
    while (listing) await client.list(Pod);
  });
  const probes = await load(server, { count: 300, width: 1 }, () =>
    prober.get(ConfigMap, { namespace: "kube-system", name: "kube-root-ca.crt" }).catch(() => undefined),
  );
  listing = false;
  await Promise.all(crowd);
  transport.close();
  return [
    { work: "small read beside 4 lists of all pods without an end", measured: `p99 ${milliseconds(probes.p99)}` },
  ];
}

async function rates(server: Server, clients: readonly Client[]): Promise<readonly Row[]> {
  const [first] = clients as [Client];
  await first.create(ServiceAccount, { metadata: { name: "default", namespace: "default" } });
  const rows: Row[] = [];
  for (const work of works) {
    if (work.name === "delete pod")
      rows.push(...(await lists(server, first)), ...(await probesDuringLists(server, first)));
    rows.push(...(await bothWidths(server, clients, work)));
  }
  return [...rows, ...(await fanOutRows(server))];
}

/** Measures and answers the rows. */
export async function apiBench(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "knots-bench-"));
  try {
    const warm = await startServer(folder);
    await warm.stop();
    const server = await startServer(folder);
    const transports = Array.from({ length: 32 }, () => createHttpsTransport(server.connection));
    try {
      await sleep(realClock, 1000);
      const cpu = await cpuTime(server.pid);
      await sleep(realClock, IDLE);
      const idle = ((await cpuTime(server.pid)) - cpu) / IDLE;
      const empty = await memory(server.pid);
      const rows = await rates(server, transports.map(createClient));
      return [
        { work: "API server ready, warm compile cache", measured: milliseconds(server.readyAfter), peer: "2,400 ms" },
        { work: "idle CPU of API server and store", measured: `${(idle * 100).toFixed(2)} % of a core`, peer: "1.8 %" },
        { work: "memory (PSS), empty", measured: `${empty.toFixed(0)} MiB`, peer: "333 MiB" },
        ...rows,
        {
          work: "memory (PSS), after this load",
          measured: `${(await memory(server.pid)).toFixed(0)} MiB`,
          peer: "787 MiB",
        },
      ];
    } finally {
      for (const transport of transports) transport.close();
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
