// The delivery platform put together: git and token door, registry, controllers and loops, as users of the API.
import { statfs } from "node:fs/promises";
import type { ApiServer } from "@knots/apiserver";
import { createClient, runController } from "@knots/client";
import {
  buildTokens,
  createLookAtPage,
  createPushRecorder,
  DEFAULT_SERVING,
  DELIVERY_ACCOUNT,
  type DeliveryOptions,
  deliveryControllers,
  ensureDeliveryRoles,
  gitPath,
  gitRoute,
  kubernetesAccess,
  lookAtHead,
  openDoor,
  openRepositories,
  platformImages,
  platformToken,
  pushImage,
  pushListener,
  REGISTRY_TOKEN_PATH,
  type RegistryClient,
  type RunningRegistry,
  registryClient,
  registryImages,
  registryTokenRoute,
  runDeliveryLoops,
  type ScopedTokens,
  scopedTokens,
  standardBuilds,
  startRegistry,
} from "@knots/delivery";

import { type BoundPorts, ensurePart, openPki, type Part, type PkiFolder, parts } from "@knots/host";
import type { Clock, Logger, Random } from "@knots/std";
import { controllerUser, LOOPBACK_USER } from "../components/identities.ts";
import { outfit } from "../components/outfit.ts";
import type { Surroundings } from "../components/surroundings.ts";
import { gitCertificate, registryCertificate } from "../control-plane/certificates.ts";

export interface PlatformOptions {
  readonly dataDir: string;
  readonly pki: PkiFolder;
  /** Address of the machine inside the cluster. */
  readonly address: string;
  readonly registryPort: number;
  /** Port of the git server and of the registry's token endpoint. */
  readonly gitPort: number;
  readonly httpPort: number;
  /** Folder of images made on this machine. */
  readonly images: string;
  /** Texts of the programs of build steps; read from beside the sources when not given. */
  readonly files?: Readonly<Record<string, string>>;
  readonly bound?: BoundPorts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}
/** The platform at work. */
export interface RunningPlatform {
  /** Stops our parts; the registry goes on. */
  close(): Promise<void>;
}

const DISK_LOOK = 10_000;

/** Free and total bytes of the data directory's disk, measured now and then. */
async function watchDisk({ dataDir, clock }: PlatformOptions) {
  const measure = async () => {
    const { bsize, blocks, bavail } = await statfs(dataDir);
    return { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
  };
  let last = await measure();
  const next = () =>
    clock.setTimer(
      DISK_LOOK,
      () => {
        measure().then(
          (now) => {
            last = now;
          },
          () => {},
        );
        timer = next();
      },
      { background: true },
    );
  let timer = next();
  return { disk: () => last, close: () => timer.cancel() };
}

/** The registry, with the images that builds stand on. */
async function openRegistry(
  options: PlatformOptions,
  tokens: ScopedTokens,
  tokenCertificate: string,
): Promise<{ readonly registry: RunningRegistry; readonly client: RegistryClient; readonly part: Part }> {
  const { dataDir, pki, address, registryPort, gitPort, images } = options;
  const part = await ensurePart(parts.registry, { dataDir });
  const serving = await pki.leaf("registry", registryCertificate(address));
  const realm = `https://${address}:${gitPort}${REGISTRY_TOKEN_PATH}`;
  const registry = await startRegistry({
    dataDir,
    part,
    address,
    port: registryPort,
    serving,
    tokenCertificate,
    realm,
  });
  const client = registryClient({
    address: `${address}:${registryPort}`,
    authority: pki.authority.certificate,
    token: platformToken(tokens),
  });
  for (const image of platformImages({ images }))
    if (image.inRegistry)
      await pushImage(client, image.inRegistry.repository, image.inRegistry.tag, await image.make());
  return { registry, client, part };
}

async function openGit(options: PlatformOptions, server: ApiServer, tokens: ScopedTokens) {
  const { dataDir, pki, address, gitPort, clock, random, log, bound } = options;
  const client = createClient(server.transport(controllerUser(DELIVERY_ACCOUNT)));
  const access = kubernetesAccess(createClient(server.transport(LOOPBACK_USER)));
  const repositories = openRepositories(`${dataDir}/git`, random);
  await repositories.sweep();
  const serving = await pki.leaf("git", gitCertificate(address));
  const onPush = pushListener(createPushRecorder(client));
  const door = await openDoor({
    addresses: ["127.0.0.1", address],
    port: gitPort,
    ...(bound && { bound }),
    tls: { serving, clients: pki.authority.certificate },
    routes: [
      gitRoute({ client, access, tokens, repositories, onPush, clock, log }),
      registryTokenRoute({ access, tokens }),
    ],
    clock,
    log,
  });
  return { door, repositories };
}

/** What controllers and loops of delivery are told. */
async function deliveryOptions(
  options: PlatformOptions,
  tokens: ScopedTokens,
  disk: DeliveryOptions["disk"],
): Promise<DeliveryOptions> {
  const { pki, address, registryPort, gitPort, httpPort, files } = options;
  const git = `https://${address}:${gitPort}`;
  const registry = `${address}:${registryPort}`;
  return {
    builds: await standardBuilds({ git, registry, clusterCa: pki.authority.certificate, ...(files && { files }) }),
    serving: DEFAULT_SERVING,
    tokens: buildTokens(tokens),
    urlOf: (domain) => `http://${domain}${httpPort === 80 ? "" : `:${httpPort}`}`,
    pushUrlOf: (namespace, name) => `https://127.0.0.1:${gitPort}${gitPath({ namespace, name })}`,
    disk,
  };
}

/** Starts the platform on a running API server. */
export async function startPlatform(options: PlatformOptions, server: ApiServer): Promise<RunningPlatform> {
  const { dataDir, clock, random } = options;
  const log = options.log.child({ component: "delivery" });
  await ensureDeliveryRoles(createClient(server.transport(LOOPBACK_USER)));
  const { authority: tokenKey } = await openPki(`${dataDir}/pki/registry-tokens`, () => clock.now());
  const tokens = scopedTokens(tokenKey, clock, random);
  const { door, repositories } = await openGit(options, server, tokens);
  const { registry, client: images, part } = await openRegistry(options, tokens, tokenKey.certificate);
  const surroundings: Surroundings = { clock, random, log, transport: (user) => server.transport(user) };
  const own = outfit("delivery", controllerUser(DELIVERY_ACCOUNT), surroundings);
  const { disk, close: closeDisk } = await watchDisk(options);
  const common = { ...own, clock, random };
  const clientOf = (account: string) => createClient(server.transport(controllerUser(account)));
  const controllers = deliveryControllers(await deliveryOptions(options, tokens, disk));
  const kept = registryImages({ registry, client: images, part });
  const removeRepository = (site: Parameters<typeof repositories.remove>[0]) => repositories.remove(site);
  const running = [
    ...controllers.map((controller) =>
      runController(controller, { ...common, client: clientOf(controller.component) }),
    ),
    ...runDeliveryLoops({
      ...common,
      lookAtHead,
      lookAtPage: createLookAtPage(options.httpPort),
      disk,
      removeRepository,
      images: kept,
    }),
  ];
  return {
    async close() {
      await Promise.all(running.map((each) => each.close()));
      await own.close();
      closeDisk();
      await door.close();
    },
  };
}
