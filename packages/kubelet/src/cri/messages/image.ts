// Messages of images and image file systems.
import { array, boolean, int64, map, type ObjectSchema, string, type TypeOf } from "@knots/machinery";
import { message, wire } from "./message.ts";
import { Int64Value, PodSandboxConfig } from "./sandbox.ts";

const imageSpec = message("ImageSpec", {
  image: wire(1, string()),
  annotations: wire(2, map(string())),
  userSpecifiedImage: wire(18, string()),
  runtimeHandler: wire(19, string()),
  imageRef: wire(20, string()),
});
export interface ImageSpec extends TypeOf<typeof imageSpec> {}
export const ImageSpec: ObjectSchema<ImageSpec> = imageSpec;

const uInt64Value = message("UInt64Value", {
  value: wire(1, int64()),
});
export interface UInt64Value extends TypeOf<typeof uInt64Value> {}
export const UInt64Value: ObjectSchema<UInt64Value> = uInt64Value;

const filesystemIdentifier = message("FilesystemIdentifier", {
  mountpoint: wire(1, string()),
});
export interface FilesystemIdentifier extends TypeOf<typeof filesystemIdentifier> {}
export const FilesystemIdentifier: ObjectSchema<FilesystemIdentifier> = filesystemIdentifier;

const filesystemUsage = message("FilesystemUsage", {
  timestamp: wire(1, int64()),
  fsId: wire(2, FilesystemIdentifier),
  usedBytes: wire(3, UInt64Value),
  inodesUsed: wire(4, UInt64Value),
});
export interface FilesystemUsage extends TypeOf<typeof filesystemUsage> {}
export const FilesystemUsage: ObjectSchema<FilesystemUsage> = filesystemUsage;

const imageFilter = message("ImageFilter", {
  image: wire(1, ImageSpec),
});
export interface ImageFilter extends TypeOf<typeof imageFilter> {}
export const ImageFilter: ObjectSchema<ImageFilter> = imageFilter;

const listImagesRequest = message("ListImagesRequest", {
  filter: wire(1, ImageFilter),
});
export interface ListImagesRequest extends TypeOf<typeof listImagesRequest> {}
export const ListImagesRequest: ObjectSchema<ListImagesRequest> = listImagesRequest;

const image_ = message("Image", {
  id: wire(1, string()),
  repoTags: wire(2, array(string())),
  repoDigests: wire(3, array(string())),
  size: wire(4, int64()),
  uid: wire(5, Int64Value),
  username: wire(6, string()),
  spec: wire(7, ImageSpec),
  pinned: wire(8, boolean()),
});
export interface Image extends TypeOf<typeof image_> {}
export const Image: ObjectSchema<Image> = image_;

const listImagesResponse = message("ListImagesResponse", {
  images: wire(1, array(Image)),
});
export interface ListImagesResponse extends TypeOf<typeof listImagesResponse> {}
export const ListImagesResponse: ObjectSchema<ListImagesResponse> = listImagesResponse;

const imageStatusRequest = message("ImageStatusRequest", {
  image: wire(1, ImageSpec),
  verbose: wire(2, boolean()),
});
export interface ImageStatusRequest extends TypeOf<typeof imageStatusRequest> {}
export const ImageStatusRequest: ObjectSchema<ImageStatusRequest> = imageStatusRequest;

const imageStatusResponse = message("ImageStatusResponse", {
  image: wire(1, Image),
  info: wire(2, map(string())),
});
export interface ImageStatusResponse extends TypeOf<typeof imageStatusResponse> {}
export const ImageStatusResponse: ObjectSchema<ImageStatusResponse> = imageStatusResponse;

const authConfig = message("AuthConfig", {
  username: wire(1, string()),
  password: wire(2, string()),
  auth: wire(3, string()),
  serverAddress: wire(4, string()),
  identityToken: wire(5, string()),
  registryToken: wire(6, string()),
});
export interface AuthConfig extends TypeOf<typeof authConfig> {}
export const AuthConfig: ObjectSchema<AuthConfig> = authConfig;

const pullImageRequest = message("PullImageRequest", {
  image: wire(1, ImageSpec),
  auth: wire(2, AuthConfig),
  sandboxConfig: wire(3, PodSandboxConfig),
});
export interface PullImageRequest extends TypeOf<typeof pullImageRequest> {}
export const PullImageRequest: ObjectSchema<PullImageRequest> = pullImageRequest;

const pullImageResponse = message("PullImageResponse", {
  imageRef: wire(1, string()),
});
export interface PullImageResponse extends TypeOf<typeof pullImageResponse> {}
export const PullImageResponse: ObjectSchema<PullImageResponse> = pullImageResponse;

const removeImageRequest = message("RemoveImageRequest", {
  image: wire(1, ImageSpec),
});
export interface RemoveImageRequest extends TypeOf<typeof removeImageRequest> {}
export const RemoveImageRequest: ObjectSchema<RemoveImageRequest> = removeImageRequest;

const removeImageResponse = message("RemoveImageResponse", {});
export interface RemoveImageResponse extends TypeOf<typeof removeImageResponse> {}
export const RemoveImageResponse: ObjectSchema<RemoveImageResponse> = removeImageResponse;

const imageFsInfoRequest = message("ImageFsInfoRequest", {});
export interface ImageFsInfoRequest extends TypeOf<typeof imageFsInfoRequest> {}
export const ImageFsInfoRequest: ObjectSchema<ImageFsInfoRequest> = imageFsInfoRequest;

const imageFsInfoResponse = message("ImageFsInfoResponse", {
  imageFilesystems: wire(1, array(FilesystemUsage)),
  containerFilesystems: wire(2, array(FilesystemUsage)),
});
export interface ImageFsInfoResponse extends TypeOf<typeof imageFsInfoResponse> {}
export const ImageFsInfoResponse: ObjectSchema<ImageFsInfoResponse> = imageFsInfoResponse;
