// Waits until a page at a domain shows a text, as a browser on this machine would see it.
import { get } from "node:http";
import { realClock, sleep } from "@knots/std";

/** Which page, and what it should show. */
export interface Wanted {
  readonly host: string;
  readonly port: number;
  readonly text: string;
}

const LIMIT = 180_000;
const LOOK = 50;

function page({ host, port }: Wanted): Promise<string> {
  return new Promise((resolve) => {
    const call = get({ host: "127.0.0.1", port, headers: { host }, agent: false, timeout: 2000 }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => {
        text += part.toString();
      });
      response.on("end", () => resolve(text));
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(""));
  });
}

/** Resolves when the page shows the text; rejects after three minutes with what to look at. */
export async function seen(wanted: Wanted): Promise<void> {
  const end = realClock.monotonic() + LIMIT;
  while (!(await page(wanted)).includes(wanted.text)) {
    if (realClock.monotonic() > end)
      throw new Error(`http://${wanted.host}/ does not show the push; see: kts site show hello`);
    await sleep(realClock, LOOK);
  }
}
