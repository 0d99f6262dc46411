// Why builds and releases fail, one sentence each with the way out; the keys are the reasons in status fields.
import type { Catalogue } from "./catalogue.ts";

export const FAILURES = {
  Cancelled: {
    zh: "构建已被取消；需要时请重新推送。",
    en: "The build was cancelled; push again when you want it built.",
  },
  Superseded: {
    zh: "更新的提交 {commit} 取代了这个构建，因此没有运行它。",
    en: "A newer commit, {commit}, took the place of this build before it began.",
  },
  SiteGone: {
    zh: "站点 {site} 已不存在，因此构建没有运行。",
    en: "The site {site} does not exist any more, so the build was not run.",
  },
  TimedOut: {
    zh: "构建超过了 {seconds} 秒的时限；请加快构建，或调大 spec.build.timeoutSeconds。",
    en: "The build took longer than {seconds} seconds; make it faster or raise spec.build.timeoutSeconds.",
  },
  Unschedulable: {
    zh: "在 {seconds} 秒内没有节点能容纳构建（{detail}）；请腾出资源，或调低 spec.build.resources。",
    en: "No node had room for the build within {seconds} seconds ({detail}); free resources or lower spec.build.resources.",
  },
  NodeVersion: {
    zh: "站点要求 Node.js {wanted}，而这个平台用 {offered} 构建；请修改或清空 spec.build.nodeVersion。",
    en: "The site asks for Node.js {wanted} and this platform builds with {offered}; change or clear spec.build.nodeVersion.",
  },
  PodLost: {
    zh: "构建用的 Pod {pod} 在完成之前被删除；请重新推送。",
    en: "The pod {pod} was deleted before the build had finished; push again.",
  },
  PodRefused: {
    zh: "无法创建构建用的 Pod：{detail}；请消除原因后重新推送。",
    en: "The pod of the build could not be created: {detail}; remove the cause and push again.",
  },
  ImagePull: {
    zh: "无法取得构建镜像 {image}（{detail}）；请检查镜像仓库，或重新运行 kts up 以重建镜像。",
    en: "The build image {image} could not be pulled ({detail}); check the registry, or run kts up again to make the image.",
  },
  DiskFull: {
    zh: "磁盘只剩 {free}，构建至少需要 {needed}；请释放空间或减少保留的发布。",
    en: "The disk has only {free} left and a build needs {needed}; free some space or keep fewer releases.",
  },
  StorageExceeded: {
    zh: "构建写入的数据超过了允许的 {limit}；请减少依赖或产物，或调大 spec.build.resources 中的 ephemeral-storage。",
    en: "The build wrote more than the {limit} it may; write less or raise ephemeral-storage in spec.build.resources.",
  },
  OutOfMemory: {
    zh: "步骤 {step} 用完了 {limit} 内存；请调大 spec.build.resources 中的 memory 上限。",
    en: "The step {step} ran out of its {limit} of memory; raise the memory limit in spec.build.resources.",
  },
  Evicted: {
    zh: "节点驱逐了构建用的 Pod（{detail}）；节点恢复后请重新推送。",
    en: "The node evicted the build's pod ({detail}); push again when the node has recovered.",
  },
  RepositoryUnreachable: {
    zh: "无法连接仓库 {url}；请检查地址、网络和代理设置。",
    en: "The repository {url} could not be reached; check its address, the network and the proxy settings.",
  },
  RepositoryDenied: {
    zh: "仓库 {url} 拒绝访问；请检查地址，并把登录信息放进 spec.repository.secretName 指定的 Secret。",
    en: "The repository {url} refused access; check its address and put a login into the Secret that spec.repository.secretName names.",
  },
  CommitNotFound: {
    zh: "仓库里没有提交 {commit}，它可能已被强制推送覆盖；请重新推送该分支。",
    en: "The repository has no commit {commit}, perhaps because of a forced push; push the branch again.",
  },
  CloneFailed: {
    zh: "获取提交 {commit} 失败（退出码 {code}）；原因见日志末尾。",
    en: "Fetching commit {commit} failed with exit code {code}; the end of the log says why.",
  },
  DirectoryMissing: {
    zh: "仓库里没有目录 {directory}；请修正 spec.build.directory。",
    en: "The repository has no folder {directory}; correct spec.build.directory.",
  },
  PackageInvalid: {
    zh: "package.json 不是有效的 JSON；请修正后重新推送。",
    en: "package.json is not valid JSON; correct it and push again.",
  },
  LockFileMismatch: {
    zh: "锁文件与 package.json 不一致；请在本地运行 npm install 并提交 package-lock.json。",
    en: "The lock file does not fit package.json; run npm install locally and commit package-lock.json.",
  },
  NpmRegistryUnreachable: {
    zh: "无法连接 npm 仓库；请检查平台的 npm 仓库和代理设置。",
    en: "The npm registry could not be reached; check the platform's npm registry and proxy settings.",
  },
  PackageNotFound: {
    zh: "npm 仓库里没有需要的某个包或版本；名称见日志末尾，请修正 package.json。",
    en: "The npm registry lacks a package or version that is needed; the end of the log names it: correct package.json.",
  },
  InstallFailed: {
    zh: "安装依赖失败（退出码 {code}）；原因见日志末尾。",
    en: "Installing the dependencies failed with exit code {code}; the end of the log says why.",
  },
  BuildScriptFailed: {
    zh: "构建命令失败（退出码 {code}）；原因见日志末尾，请在本地运行同一命令。",
    en: "The build command failed with exit code {code}; the end of the log says why: run the same command locally.",
  },
  OutputMissing: {
    zh: "找不到构建产物目录（{directory}）；请把 spec.build.outputDirectory 设为构建写入的目录。",
    en: "No folder with finished pages was found ({directory}); set spec.build.outputDirectory to the one the build writes.",
  },
  OutputUnusable: {
    zh: "产物目录 {directory} 不能打包：{detail}；请修正构建的输出。",
    en: "The folder {directory} cannot be packed: {detail}; correct what the build writes.",
  },
  PackFailed: {
    zh: "打包失败（退出码 {code}）；原因见日志末尾。",
    en: "Packing failed with exit code {code}; the end of the log says why.",
  },
  PushFailed: {
    zh: "无法把镜像推送到镜像仓库；请检查镜像仓库是否运行、磁盘是否有空间。",
    en: "The image could not be pushed to the registry; check that the registry runs and that its disk has room.",
  },
  NoImage: {
    zh: "打包步骤没有报告镜像；请检查平台的打包程序与平台版本是否一致。",
    en: "The pack step reported no image; check that the platform's packer belongs to this version of the platform.",
  },
  NotReady: {
    zh: "新版本在 {seconds} 秒内没有就绪（{detail}）；上一个可用的版本继续服务。",
    en: "The new pods were not ready within {seconds} seconds ({detail}); the last good release keeps serving.",
  },
  ImageGone: {
    zh: "镜像仓库里已没有这个发布的镜像；请选择另一个发布或重新构建。",
    en: "The registry does not have the image of this release any more; choose another one or build again.",
  },
} as const satisfies Catalogue;

/** Reasons that `Failure.reason` can have. */
export type FailureReason = keyof typeof FAILURES;
