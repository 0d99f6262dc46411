// Who a request comes from.
import { array, atomicList, field, map, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const userInfo = object("io.k8s.api.authentication.v1.UserInfo", {
  username: field(1, string(), ""),
  uid: field(2, string(), ""),
  groups: field(3, atomicList(string()), ""),
  extra: field(4, map(array(string())), ""),
});
export interface UserInfo extends TypeOf<typeof userInfo> {}
export const UserInfo: ObjectSchema<UserInfo> = userInfo;
