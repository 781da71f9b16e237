import { statfsSync } from "node:fs";
import { ChatopsError } from "../errors.ts";

// Types of `statfs(2)`, from linux/magic.h, of file systems that end with the container or the machine.
const lostDisks = new Map([
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
  [0x794c7630, "overlay"],
]);

/** Throws `store-ephemeral` if what is written to the directory is lost with the container or at a restart. */
export function refuseLostDisk(directory: string): void {
  const name = lostDisks.get(statfsSync(directory).type);
  if (name === undefined) return;
  throw new ChatopsError(
    "store-ephemeral",
    `The store's directory ${directory} is on ${name}: it is lost when the container ends. Mount a volume there, or set store.ephemeral: true.`,
  );
}
