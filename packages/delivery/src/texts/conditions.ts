// What conditions of sites, builds and releases say, by the condition's reason.
import type { Catalogue } from "./catalogue.ts";

export const CONDITIONS = {
  Accepted: { zh: "所有域名都归这个站点使用。", en: "Every domain belongs to this site." },
  DomainTaken: {
    zh: "域名 {domain} 已被 {owner} 占用；请换一个域名，或先从那里移除。",
    en: "The domain {domain} is taken by {owner}; choose another one or remove it there.",
  },
  Serving: { zh: "发布 {release} 正在服务。", en: "Release {release} is being served." },
  NothingPushed: {
    zh: "分支 {branch} 还没有提交；请向 {url} 推送。",
    en: "The branch {branch} has no commit yet; push one to {url}.",
  },
  WaitingForCommit: {
    zh: "正在等待仓库 {url} 的分支 {branch} 上的第一个提交。",
    en: "Waiting for the first commit of branch {branch} in {url}.",
  },
  Paused: {
    zh: "站点已暂停；把 spec.paused 设为 false 后继续构建。",
    en: "The site is paused; set spec.paused to false to have pushes built again.",
  },
  Building: { zh: "正在构建提交 {commit}。", en: "Commit {commit} is being built." },
  RollingOut: { zh: "发布 {release} 正在上线。", en: "Release {release} is being rolled out." },
  NeverReleased: {
    zh: "还没有可用的发布：{detail}",
    en: "There is no release that works yet: {detail}",
  },
  Unavailable: {
    zh: "发布 {release} 没有就绪的 Pod（{detail}）；请查看 kts site logs。",
    en: "No pod of release {release} is ready ({detail}); look at kts site logs.",
  },
  ScaledToZero: {
    zh: "副本数为 0；请把 spec.replicas 设为 1 或更大。",
    en: "The site has 0 replicas; set spec.replicas to 1 or more.",
  },
  NoDomain: {
    zh: "站点没有可用的域名；请在 spec.domains 中给出一个未被占用的域名。",
    en: "The site has no domain of its own; give it one in spec.domains that nobody else has.",
  },
  NameTaken: {
    zh: "{object} 已存在且不属于这个站点；请删除它，或给站点换一个名称。",
    en: "{object} exists and does not belong to this site; delete it or give the site another name.",
  },
  BuiltIn: { zh: "使用平台自带的仓库。", en: "The site uses the repository that comes with it." },
  Reachable: {
    zh: "仓库可以访问，分支 {branch} 位于提交 {commit}。",
    en: "The repository answers; branch {branch} is at commit {commit}.",
  },
  BranchMissing: {
    zh: "仓库 {url} 没有分支 {branch}；请推送该分支，或修改 spec.branch。",
    en: "The repository {url} has no branch {branch}; push it or change spec.branch.",
  },
  Unreachable: {
    zh: "无法访问仓库 {url}（{detail}）；请检查地址、网络和登录信息。",
    en: "The repository {url} could not be reached ({detail}); check its address, the network and the login.",
  },
  SecretMissing: {
    zh: "找不到 Secret {secret}，或其中没有 username 和 password；请创建它。",
    en: "There is no Secret {secret} with username and password; create it.",
  },
  OtherBranch: {
    zh: "推送的分支 {branch} 不是站点的分支 {wanted}，因此没有构建。",
    en: "The push went to branch {branch}; the site builds only {wanted}.",
  },
  BranchDeleted: {
    zh: "推送删除了分支 {branch}，没有可构建的内容。",
    en: "The push deleted branch {branch}; there is nothing to build.",
  },
  AlreadyBuilt: {
    zh: "提交 {commit} 已由构建 {build} 处理。",
    en: "Commit {commit} is already handled by build {build}.",
  },
  Queued: { zh: "构建在排队：{detail}", en: "The build waits in the queue: {detail}" },
  BuildAccepted: { zh: "构建 {build} 已创建。", en: "Build {build} was made." },
} as const satisfies Catalogue;

export const WAITS = {
  SiteBusy: { zh: "站点的构建 {build} 还在运行。", en: "build {build} of the site is still running." },
  AllBusy: { zh: "已有 {count} 个构建在运行，这是上限。", en: "{count} builds are running, which is the limit." },
} as const satisfies Catalogue;

export const ROLLBACKS = {
  NoRelease: { zh: "站点 {site} 没有发布 {release}。", en: "The site {site} has no release {release}." },
  NothingEarlier: {
    zh: "站点 {site} 没有可以回滚到的更早发布。",
    en: "The site {site} has no earlier release to roll back to.",
  },
  AlreadyServed: { zh: "发布 {release} 正在服务，无需回滚。", en: "Release {release} is already being served." },
  ImageGone: {
    zh: "发布 {release} 的镜像已被清理；请选择更近的发布。",
    en: "The image of release {release} was already collected; choose a more recent release.",
  },
  NeverWorked: {
    zh: "发布 {release} 从未成功上线，不能回滚到它。",
    en: "Release {release} never went live, so there is no rolling back to it.",
  },
} as const satisfies Catalogue;
