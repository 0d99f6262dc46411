// Why the store of a running cluster takes no writes, as `kts status` tells it.
import { request } from "node:https";
import { connectionOf, readKubeconfig } from "@knots/host";
import { pathsOf } from "../settings/paths.ts";

/** Milliseconds that the API server may take to answer. */
const PATIENCE = 3000;

/** What is wrong, in the store's words; undefined when it takes writes, or when the API server does not answer. */
export async function storeFault(dataDir: string): Promise<string | undefined> {
  const path = pathsOf({ dataDir }).kubeconfig;
  const config = await readKubeconfig(path);
  if (!config) return undefined;
  const { server, authority, certificate, key } = await connectionOf(config, path);
  const tls = { ...(authority && { ca: authority }), ...(certificate && { cert: certificate }), ...(key && { key }) };
  const body = await new Promise<string | undefined>((resolve) => {
    const signal = AbortSignal.timeout(PATIENCE);
    const call = request(`${server}/knots/store`, { agent: false, signal, ...tls }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        text += part;
      });
      answer.once("error", () => resolve(undefined));
      answer.once("end", () => resolve(answer.statusCode === 200 ? text : undefined));
    });
    call.once("error", () => resolve(undefined));
    call.end();
  });
  return body === undefined ? undefined : (JSON.parse(body) as { readonly readOnly?: string }).readOnly;
}
