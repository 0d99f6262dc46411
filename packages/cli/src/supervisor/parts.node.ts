// The parts of a cluster, in the order of their start.
import { platformImages } from "@knots/delivery";
import { answers, ensureImage, ensurePart, parts, pause, programOf, startContainerd } from "@knots/host";
import { ensureHaproxy } from "@knots/ingress";
import { sleep } from "@knots/std";
import { controlPlane } from "./control-plane.node.ts";
import { ownCommand } from "./own-command.node.ts";
import type { PartSpec } from "./part.ts";
import type { PartsContext } from "./parts-context.ts";
import { writeRegistryHost } from "./registry-host.node.ts";
import { startProcess } from "./start.node.ts";

/** containerd with the images that every node needs. */
function containerd(context: PartsContext): PartSpec {
  const { dataDir } = context.settings;
  return {
    part: "containerd",
    async start(report) {
      const part = await ensurePart(parts.containerd, { dataDir, progress: report });
      await writeRegistryHost(dataDir);
      const daemon = await startContainerd({ dataDir, part });
      await daemon.importImage(await ensureImage(pause, { images: context.paths.images, progress: report }));
      for (const image of platformImages({ images: context.paths.images, progress: report }))
        if (image.onNodes) await daemon.importImage(await image.make());
      return daemon.record;
    },
  };
}

/** HAProxy is started by the node, which writes its configuration; here it is only started again when it ended. */
function haproxy({ settings, paths, clock }: PartsContext): PartSpec {
  return {
    part: "haproxy",
    async start(report) {
      const part = await ensurePart(parts.haproxy, { dataDir: settings.dataDir, progress: report });
      const program = {
        program: programOf(part, "haproxy"),
        env: part.env,
        record: paths.record("haproxy"),
        log: paths.log("haproxy"),
      };
      const { record } = await ensureHaproxy(program, paths.haproxy, clock);
      return record;
    },
  };
}

function node(context: PartsContext): PartSpec {
  const { settings, main, paths, clock } = context;
  const ready = async (signal: AbortSignal): Promise<void> => {
    while (!(await answers(paths.nodeReady))) await sleep(clock, 50, signal);
  };
  const argv = ownCommand(main, "node", "--data-dir", settings.dataDir);
  return { part: "node", start: () => startProcess({ part: "node", argv, ready, timeout: 60_000 }, context) };
}

/** Every part that `kts up` starts with these settings, in order. */
export function partsOf(context: PartsContext): readonly PartSpec[] {
  const { runtime, containerd: others } = context.settings;
  if (runtime === "simulated") return [controlPlane(context)];
  // What others run is theirs to keep alive.
  const own = others === undefined ? [containerd(context)] : [];
  return [controlPlane(context), ...own, node(context), haproxy(context)];
}
