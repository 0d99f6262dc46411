// Who a request comes from.
import { array, atomicList, field, map, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const userInfo = object("io.k8s.api.authentication.v1.UserInfo", {
  username: field(1, string(), "Name that identifies the user."),
  uid: field(2, string(), "Identifier that outlives the name."),
  groups: field(3, atomicList(string()), "Groups of the user."),
  extra: field(4, map(array(string())), "Further facts from the authenticator."),
});
/** Who a request comes from. */
export interface UserInfo extends TypeOf<typeof userInfo> {}
export const UserInfo: ObjectSchema<UserInfo> = userInfo;
