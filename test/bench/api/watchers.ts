// A process with many watchers of ConfigMaps, each on a connection of its own: counts events, and measures how late they come.
// Its parent sends what to open, then `report`; it answers `open`, and after `total` events what it saw.
import { get } from "node:https";
import type { Connection } from "@knots/host";

/** What the parent sends first. */
export interface Watchers {
  readonly connection: Connection;
  readonly count: number;
  /** Events that all watchers together will see. */
  readonly total: number;
}

/** What it is told in the end. */
export interface Seen {
  readonly events: number;
  /** When the last of them came: milliseconds since the epoch. */
  readonly end: number;
  /** Milliseconds between the write's beginning and its event, at one of the watchers. */
  readonly lags: readonly number[];
}

const NEWLINE = 10;
const now = (): number => performance.timeOrigin + performance.now();

process.once("message", ({ connection, count, total }: Watchers) => {
  const { server, authority: ca, certificate: cert, key } = connection as Connection & Record<string, string>;
  const lags: number[] = [];
  let opened = 0;
  let events = 0;
  const seen = (chunk: Buffer): void => {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) events++;
    if (events >= total) process.send?.({ events, end: now(), lags } satisfies Seen);
  };
  /** One of them reads what it gets. */
  const reader = () => {
    let rest = "";
    return (chunk: Buffer): void => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines)
        lags.push(now() - Number((JSON.parse(line) as { object: { data: { at: string } } }).object.data.at));
    };
  };
  for (let index = 0; index < count; index++) {
    const url = `${server}/api/v1/namespaces/default/configmaps?watch=1`;
    get(url, { ca, cert, key, agent: false }, (response) => {
      if (index === 0) response.on("data", reader());
      response.on("data", seen);
      if (++opened === count) process.send?.("open");
    });
  }
});
