// NodeResourcesBalancedAllocation: prefers nodes whose cpu and memory would be used to the same degree.
import { MAX_POINTS, onRoom, type Plugin } from "./plugin.ts";

const COMPARED = ["cpu", "memory"];

export const nodeResourcesBalanced: Plugin = {
  name: "NodeResourcesBalancedAllocation",
  weight: 1,
  score: ({ request }) => ({
    of: ({ allocatable, requested }) => {
      const shares = COMPARED.filter((name) => (allocatable[name] ?? 0) > 0).map((name) =>
        Math.min(1, ((requested[name] ?? 0) + (request[name] ?? 0)) / (allocatable[name] ?? 1)),
      );
      const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
      const spread = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / Math.max(1, shares.length);
      return Math.floor((1 - Math.sqrt(spread)) * MAX_POINTS);
    },
  }),
  retryAfter: onRoom,
};
