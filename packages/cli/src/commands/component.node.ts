// `kts controller-manager` and `kts scheduler`: one component alone, over HTTPS, as whom its kubeconfig says.
import { builtinKinds } from "@knots/api";
import { startControllers, startLed, startScheduler } from "@knots/cluster";
import { connectionOf, createHttpsTransport, readKubeconfig } from "@knots/host";
import { UserError } from "../settings/user-error.ts";
import { aborted, type CommandContext, untilStopped } from "./context.node.ts";

export type Component = "controller-manager" | "scheduler";

/** Runs the component against any conformant API server until SIGTERM or Ctrl-C. */
export async function runComponent(component: Component, kubeconfig: string, context: CommandContext): Promise<void> {
  const { clock, random, log } = context;
  const signal = untilStopped();
  const config = await readKubeconfig(kubeconfig);
  if (!config) throw new UserError("error.file", { flag: "--kubeconfig", path: kubeconfig });
  const connection = await connectionOf(config, kubeconfig);
  const transport = createHttpsTransport(connection, { clock, userAgent: `knots/${component}` });
  const surroundings = { clock, random, log, transport: () => transport };
  const rootCa = connection.authority === undefined ? {} : { rootCa: connection.authority };
  const running =
    component === "scheduler"
      ? startLed("kube-scheduler", surroundings, startScheduler)
      : startLed("kube-controller-manager", surroundings, (own) =>
          startControllers({ kinds: () => builtinKinds, ...rootCa }, own),
        );
  log.info("the component has started", { component, server: connection.server });
  await aborted(signal);
  await running.close();
  transport.close();
}
