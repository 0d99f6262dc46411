// The text of /etc/hosts, and host paths, as tables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { aPod } from "../../../../testkit/objects.ts";
import { hostNames, hostsText } from "./hosts-file.ts";

test("a pod's file has local names, its own names and its aliases", () => {
  const pod = aPod("web-0", {
    spec: {
      subdomain: "web",
      hostAliases: [
        { ip: "192.0.2.1", hostnames: ["a", "b"] },
        { ip: "192.0.2.2", hostnames: ["c"] },
      ],
    },
  });
  const text = hostsText({ pod, podIPs: ["10.244.0.5"], clusterDomain: "cluster.local", nodeHosts: "" });
  assert.equal(
    text,
    [
      "# Kubernetes-managed hosts file.",
      "127.0.0.1\tlocalhost",
      "::1\tlocalhost ip6-localhost ip6-loopback",
      "fe00::0\tip6-localnet",
      "fe00::0\tip6-mcastprefix",
      "fe00::1\tip6-allnodes",
      "fe00::2\tip6-allrouters",
      "10.244.0.5\tweb-0.web.default.svc.cluster.local\tweb-0",
      "",
      "# Entries added by HostAliases.",
      "192.0.2.1\ta\tb",
      "192.0.2.2\tc",
      "",
    ].join("\n"),
  );
});

test("on the node's network it is the node's file", () => {
  const pod = aPod("a", { spec: { hostNetwork: true } });
  const text = hostsText({ pod, podIPs: ["192.0.2.10"], clusterDomain: "cluster.local", nodeHosts: "127.0.0.1 me\n" });
  assert.equal(text, "# Kubernetes-managed hosts file (host network).\n127.0.0.1 me\n");
});

test("long names are cut to a label", () => {
  const pod = aPod(`${"x".repeat(62)}-tail`);
  assert.deepEqual(hostNames(pod, "cluster.local"), ["x".repeat(62)]);
});
