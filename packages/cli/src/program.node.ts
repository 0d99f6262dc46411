// The commands of `kts` and their options.
import { Command } from "commander";
import { readSettings } from "./commands/cluster-files.node.ts";
import { type Component, runComponent } from "./commands/component.node.ts";
import type { CommandContext } from "./commands/context.node.ts";
import { runControlPlane } from "./commands/control-plane.node.ts";
import { down } from "./commands/down.node.ts";
import { runNode } from "./commands/node.node.ts";
import {
  createSite,
  deleteSite,
  listSitesCommand,
  rollbackSite,
  showSite,
  siteLogs,
  siteToken,
} from "./commands/site.node.ts";
import { kubeconfig, logs, status } from "./commands/status.node.ts";
import { addStorageOptions, list } from "./commands/storage-options.node.ts";
import { addStore } from "./commands/store/program.ts";
import { superviseCommand, up } from "./commands/up.node.ts";
import { type EncryptionSettings, encryptionOf } from "./settings/encryption.ts";
import { type EtcdSettings, etcdOf } from "./settings/etcd.ts";
import { type InflightFlags, inflightOf } from "./settings/inflight.ts";
import { type OriginSettings, originsOf } from "./settings/origins.ts";
import { runAsOf } from "./settings/run-as.ts";
import { defaultDataDir, portOf, type RawSettings, type Settings, settingsOf, socketOf } from "./settings/settings.ts";
import { UserError } from "./settings/user-error.ts";
import type { TextKey } from "./texts/text.ts";

/** Builds the program; `contextOf` is called once, when a command runs. */
export function createProgram(contextOf: (language?: string) => CommandContext, version: string): Command {
  const shown = contextOf();
  const { text, around } = shown;
  const program = new Command("kts")
    .description(text("program.about"))
    .version(version, "--version")
    .showHelpAfterError()
    .option("--lang <language>", text("option.language"));
  const context = (): CommandContext => contextOf(program.opts<{ lang?: string }>().lang);
  const command = (name: string, about: TextKey): Command =>
    program
      .command(name)
      .description(text(about))
      .option("--data-dir <folder>", text("option.dataDir"), defaultDataDir(around));

  const builders = { command, context, text, dataDir: defaultDataDir(around) };
  addUp(builders, around);
  command("down", "command.down")
    .option("--purge", text("option.purge"))
    .action((options: { dataDir: string; purge?: boolean }) =>
      down(options.dataDir, options.purge ?? false, context()),
    );
  addLooks(builders);
  addSites(program, builders);
  addStore(program, builders);
  addComponents(program, builders);
  addServers(program, builders);
  return program;
}

/** `kts up`. */
function addUp({ command, context, text }: SiteBuilders, around: CommandContext["around"]): void {
  addStorageOptions(command("up", "command.up"), text)
    .option("--detach", text("option.detach"))
    .option("--api-port <port>", text("option.apiPort"))
    .option("--http-port <port>", text("option.httpPort"))
    .option("--https-port <port>", text("option.httpsPort"))
    .option("--git-port <port>", text("option.gitPort"))
    .option("--expose", text("option.expose"))
    .option("--runtime <name>", text("option.runtime"))
    .option("--containerd <socket>", text("option.containerd"))
    .option("--run-as <uid>", text("option.runAs"))
    .option("--nodes <number>", text("option.nodes"))
    .action((options: RawSettings & { detach?: boolean }) =>
      up(
        settingsOf(options, around),
        { detach: options.detach ?? false, runAsAsked: options.runAs !== undefined },
        context(),
      ),
    );
}

interface SiteBuilders extends Builders {
  readonly text: CommandContext["text"];
  readonly dataDir: string;
}
interface SiteOptions {
  readonly dataDir: string;
  readonly namespace: string;
}

/** Commands that only look. */
function addLooks({ command, context, text }: SiteBuilders): void {
  command("status", "command.status").action((options: { dataDir: string }) => status(options.dataDir, context()));
  command("logs", "command.logs")
    .argument("<part>")
    .option("-f, --follow", text("option.follow"))
    .action((part: string, options: { dataDir: string; follow?: boolean }) =>
      logs(options.dataDir, { part, follow: options.follow ?? false }, context()),
    );
  command("kubeconfig", "command.kubeconfig")
    .option("--merge", text("option.merge"))
    .action((options: { dataDir: string; merge?: boolean }) =>
      kubeconfig(options.dataDir, options.merge ?? false, context()),
    );
}

/** `kts site ...`. */
function addSites(program: Command, { context, text, dataDir }: SiteBuilders): void {
  const site = program.command("site").description(text("command.site"));
  const sub = (name: string, about: TextKey): Command =>
    site
      .command(name)
      .description(text(about))
      .option("--data-dir <folder>", text("option.dataDir"), dataDir)
      .option("-n, --namespace <name>", text("option.namespace"), "default");
  const named = (name: string, about: TextKey): Command => sub(name, about).argument("<name>");
  const repeated = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  named("create", "command.site.create")
    .requiredOption("--domain <domain>", text("option.domain"), repeated, [])
    .option("--repo <url>", text("option.repo"))
    .option("--branch <name>", text("option.branch"))
    .action(
      (name: string, { domain, ...options }: SiteOptions & { domain: string[]; repo?: string; branch?: string }) =>
        createSite({ ...options, name, domains: domain }, context()),
    );
  sub("list", "command.site.list").action(({ dataDir: folder, namespace }: SiteOptions) =>
    listSitesCommand(folder, namespace, context()),
  );
  named("show", "command.site.show").action((name: string, options: SiteOptions) =>
    showSite({ ...options, name }, context()),
  );
  named("logs", "command.site.logs").action((name: string, options: SiteOptions) =>
    siteLogs({ ...options, name }, context()),
  );
  named("token", "command.site.token").action((name: string, options: SiteOptions) =>
    siteToken({ ...options, name }, context()),
  );
  named("rollback", "command.site.rollback")
    .option("--to <release>", text("option.to"))
    .action((name: string, { to, ...options }: SiteOptions & { to?: string }) =>
      rollbackSite({ ...options, name }, to, context()),
    );
  named("delete", "command.site.delete").action((name: string, options: SiteOptions) =>
    deleteSite({ ...options, name }, context()),
  );
}

interface Builders {
  readonly command: (name: string, about: TextKey) => Command;
  readonly context: () => CommandContext;
}

interface ServerOptions extends EtcdSettings, EncryptionSettings, InflightFlags, OriginSettings {
  readonly dataDir: string;
  readonly bindAddress: readonly string[];
  readonly securePort: string;
  readonly serviceClusterIpRange: string;
  readonly advertiseAddress?: string;
  readonly tokenAuthFile?: string;
  readonly clientCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly serviceAccountSigningKeyFile?: string;
  readonly serviceAccountKeyFile?: readonly string[];
  readonly serviceAccountIssuer?: string;
  readonly simulatedNodes?: string;
  readonly nodeAddress?: string;
  readonly gitPort?: string;
  readonly httpPort?: string;
  readonly runAs?: string;
}

/** Components that run alone against any API server. */
function addComponents(program: Command, { context, text }: SiteBuilders): void {
  const component = (name: Component, about: TextKey): void =>
    void program
      .command(name)
      .description(text(about))
      .requiredOption("--kubeconfig <path>", text("option.kubeconfig"))
      .action((options: { kubeconfig: string }) => runComponent(name, options.kubeconfig, context()));
  component("controller-manager", "command.controllerManager");
  component("scheduler", "command.scheduler");
}

/** What an API server is told, with upstream's flag names. */
function serverOptions(server: Command): Command {
  return server
    .option("--bind-address <addresses>", "", list, ["127.0.0.1"])
    .option("--secure-port <port>", "", "6443")
    .option("--advertise-address <address>", "")
    .option("--service-cluster-ip-range <cidr>", "", "10.96.0.0/12")
    .option("--token-auth-file <path>", "")
    .option("--client-ca-file <path>", "")
    .option("--tls-cert-file <path>", "")
    .option("--tls-private-key-file <path>", "")
    .option("--service-account-signing-key-file <path>", "")
    .option("--service-account-key-file <paths>", "", list)
    .option("--service-account-issuer <url>", "")
    .option("--cors-allowed-origins <expressions>", "", list)
    .option("--max-requests-inflight <number>", "")
    .option("--max-mutating-requests-inflight <number>", "")
    .option("--enable-priority-and-fairness [boolean]", "");
}

/** Flags that come in groups, each checked as a whole. */
const checkedOf = (raw: EtcdSettings & EncryptionSettings & InflightFlags & OriginSettings) => ({
  ...etcdOf(raw),
  ...encryptionOf(raw),
  ...inflightOf(raw),
  ...originsOf(raw),
});

/** What a control plane is told of the nodes beside it. */
const nodeFlagsOf = ({ simulatedNodes, gitPort, httpPort }: ServerOptions) => ({
  ...(simulatedNodes !== undefined && { simulatedNodes: Number(simulatedNodes) }),
  ...(gitPort !== undefined && { gitPort: portOf("--git-port", gitPort) }),
  ...(httpPort !== undefined && { httpPort: portOf("--http-port", httpPort) }),
});

/** The processes behind `kts up`, which also run alone, with upstream's flag names. */
function addServers(program: Command, { command, context, text }: SiteBuilders): void {
  const server = (name: string, about: TextKey): Command =>
    serverOptions(addStorageOptions(command(name, about), text));
  const run = (components: "all" | "alone") => (options: ServerOptions) => {
    const { simulatedNodes: _nodes, securePort, gitPort: _git, httpPort: _http, runAs, ...rest } = options;
    const user = components === "all" ? runAsOf(runAs, context().around.root) : undefined;
    const own = {
      ...(user !== undefined && { runAs: user, runAsAsked: runAs !== undefined }),
      ...nodeFlagsOf(options),
    };
    return runControlPlane(
      {
        ...rest,
        ...checkedOf(rest),
        ...own,
        components,
        securePort: portOf("--secure-port", securePort),
      },
      context(),
    );
  };
  server("apiserver", "command.apiserver").action(run("alone"));
  server("control-plane", "command.controlPlane")
    .option("--simulated-nodes <number>", "")
    .option("--node-address <address>", "")
    .option("--git-port <port>", "")
    .option("--http-port <port>", "")
    .option("--run-as <uid>", text("option.runAs"))
    .action(run("all"));
  const withSettings = async (dataDir: string, work: (settings: Settings) => Promise<void>): Promise<void> => {
    const settings = await readSettings(dataDir);
    if (!settings) throw new UserError("error.notRunning", { path: dataDir });
    await work(settings);
  };
  command("node", "command.node")
    .option("--container-runtime-endpoint <socket>", text("option.containerd"))
    .action(({ dataDir, containerRuntimeEndpoint: endpoint }: { dataDir: string; containerRuntimeEndpoint?: string }) =>
      withSettings(dataDir, (settings) => {
        const containerd = endpoint && { containerd: socketOf("--container-runtime-endpoint", endpoint) };
        return runNode({ ...settings, ...containerd }, context());
      }),
    );
  program
    .command("supervise", { hidden: true })
    .requiredOption("--data-dir <folder>")
    .action((options: { dataDir: string }) =>
      withSettings(options.dataDir, (settings) => superviseCommand(settings, context())),
    );
}
