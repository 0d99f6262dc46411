// The image that builds run in: Node, npm, git, a shell with the usual tools, and the certificate authorities.
import { commonItems, defaultPath, type ImageRecipe } from "../recipe.ts";

/** Where the pinned Node and npm are on this machine. */
export interface NodeSource {
  /** Path of the `node` program. */
  readonly node: string;
  /** npm's package folder, the one with `bin/npm-cli.js`. */
  readonly npm: string;
}

export const nodeImageName = "registry.knots.internal/knots/node:26";

const tools = ["bash", "coreutils", "dash", "findutils", "grep", "gzip", "sed", "tar", "procps"];
const libraries = ["libstdc++6", "libatomic1"];

export function nodeImage(source: NodeSource): ImageRecipe {
  const npm = "usr/local/lib/node_modules/npm";
  return {
    name: "node",
    tags: [nodeImageName],
    packages: [...tools, ...libraries, "git", "ca-certificates"],
    items: [
      ...commonItems,
      { take: "bin" },
      { take: "usr/bin" },
      { take: "usr/lib/git-core" },
      { take: "usr/share/git-core" },
      { path: "usr/bin/sh", link: "dash" },
      { path: "etc/ssl/certs/ca-certificates.crt", joined: "usr/share/ca-certificates/mozilla" },
      { host: source.node, as: "usr/local/bin/node" },
      { host: source.npm, as: npm, without: ["docs", "man"] },
      { path: "usr/local/bin/npm", link: "../lib/node_modules/npm/bin/npm-cli.js" },
      { path: "usr/local/bin/npx", link: "../lib/node_modules/npm/bin/npx-cli.js" },
      { path: "home/node", directory: true, mode: 0o755, owner: 1000 },
      { path: "workspace", directory: true, mode: 0o755, owner: 1000 },
    ],
    run: {
      Env: [defaultPath, "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
      Cmd: ["node"],
      WorkingDir: "/workspace",
    },
    compression: 1,
  };
}
