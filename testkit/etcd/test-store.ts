// The store of tests of the API server: in memory, or below a prefix of its own in the etcd that KNOTS_TEST_ETCD names.
import { openEtcd } from "@knots/cluster";
import { type Clock, platformRandom, realClock, uuid } from "@knots/std";
import { openMemoryStore, type Store } from "@knots/store";

/** Whether the tests run on an etcd: then leases and histories take the world's time. */
export const onEtcd: boolean = process.env["KNOTS_TEST_ETCD"] !== undefined;

export async function openTestStore(clock: Clock): Promise<Store> {
  const servers = process.env["KNOTS_TEST_ETCD"]?.split(",");
  if (servers === undefined) return openMemoryStore({ clock });
  const limits = { history: false } as const;
  return openEtcd(
    { servers, prefix: `/${uuid(platformRandom)}`, limits },
    { clock: realClock, random: platformRandom },
  );
}
