// Program: runs a command in a machine of its own, for people: node testkit/machine/main.ts ip address
import { runInMachine } from "./machine.node.ts";

const { code, output } = await runInMachine(process.argv.slice(2));
process.stdout.write(output);
process.exitCode = code;
