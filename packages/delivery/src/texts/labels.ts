// Words of tables and of the stopwatch.
import type { Catalogue } from "./catalogue.ts";

export const LABELS = {
  name: { zh: "名称", en: "NAME" },
  domains: { zh: "域名", en: "DOMAINS" },
  ready: { zh: "就绪", en: "READY" },
  release: { zh: "发布", en: "RELEASE" },
  commit: { zh: "提交", en: "COMMIT" },
  number: { zh: "编号", en: "NUMBER" },
  phase: { zh: "状态", en: "PHASE" },
  reason: { zh: "原因", en: "REASON" },
  url: { zh: "地址", en: "URL" },
  pushUrl: { zh: "推送地址", en: "PUSH TO" },
  branch: { zh: "分支", en: "BRANCH" },
  repository: { zh: "仓库", en: "REPOSITORY" },
  switched: { zh: "切换时间", en: "SWITCHED" },
  builtIn: { zh: "平台自带", en: "built in" },
  yes: { zh: "是", en: "yes" },
  no: { zh: "否", en: "no" },
  unknown: { zh: "未知", en: "unknown" },
} as const satisfies Catalogue;

export const PHASES = {
  Queued: { zh: "排队中", en: "queued" },
  Running: { zh: "构建中", en: "building" },
  Succeeded: { zh: "成功", en: "succeeded" },
  Failed: { zh: "失败", en: "failed" },
  Cancelled: { zh: "已取消", en: "cancelled" },
  Superseded: { zh: "已被取代", en: "superseded" },
  Pending: { zh: "等待中", en: "pending" },
  RollingOut: { zh: "上线中", en: "rolling out" },
  Active: { zh: "服务中", en: "active" },
} as const satisfies Catalogue;

/** Steps of the stopwatch, in order. */
export const STEPS = {
  Received: { zh: "收到推送", en: "push received" },
  Queued: { zh: "排队结束", en: "queued" },
  Cloned: { zh: "已克隆", en: "cloned" },
  Built: { zh: "已构建", en: "built" },
  Packed: { zh: "已打包", en: "packed" },
  Scheduled: { zh: "已调度", en: "scheduled" },
  Ready: { zh: "已就绪", en: "ready" },
  Switched: { zh: "已切换", en: "switched" },
  Seen: { zh: "域名可见", en: "seen" },
} as const satisfies Catalogue;
export type StepKey = keyof typeof STEPS;
