import { mkdir, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ChatopsError, describeError } from "../../errors.ts";

// File system magic numbers of Linux: include/uapi/linux/magic.h, and fs/smb for cifs and smb2.
const lostWithTheMachine: ReadonlyMap<number, string> = new Map([
  [0x01021994, "tmpfs"],
  [0x858458f6, "ramfs"],
  [0x794c7630, "overlay, a container's own layer"],
]);
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "nfs"],
  [0x517b, "smb"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "smb2"],
]);

/** The type number of the file system that a folder is on, as statfs(2) gives it. */
export type FileSystemType = (folder: string) => Promise<number>;

const typeOf: FileSystemType = async (folder) => (await statfs(folder)).type;

/**
 * Makes the folder of an SQLite file and looks at the disk it is on. Throws `store-ephemeral` for a disk that is lost
 * with the machine (unless `ephemeral` accepts that) and, always, for a network file system; `store-unwritable` if
 * the folder cannot be made. A file system that is not known is taken.
 */
export async function checkStoreDisk(
  path: string,
  ephemeral: boolean,
  fileSystemType: FileSystemType = typeOf,
): Promise<void> {
  if (path === ":memory:") return;
  const folder = dirname(resolve(path));
  // The kernel's f_type is signed on some platforms.
  const type = (await prepare(folder, fileSystemType)) >>> 0;
  const network = networkFileSystems.get(type);
  if (network !== undefined)
    throw new ChatopsError(
      "store-ephemeral",
      `The store's folder ${folder} is on a network file system (${network}), where SQLite's locks do not hold ` +
        "(Azure Files answers SQLITE_BUSY). Put it on a disk of the machine (Azure: a managed disk), " +
        "or use PostgreSQL where store.url takes it.",
    );
  const lost = lostWithTheMachine.get(type);
  if (lost !== undefined && !ephemeral)
    throw new ChatopsError(
      "store-ephemeral",
      `The store's folder ${folder} is on a disk that is lost with the machine (${lost}): recorded events would be lost. ` +
        "Mount a volume there and let store.url name a file on it, or accept the loss with store.ephemeral: true " +
        "(without a configuration file: ACR_CHATOPS_STORE_EPHEMERAL=true).",
    );
}

async function prepare(folder: string, fileSystemType: FileSystemType): Promise<number> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await fileSystemType(folder);
  } catch (cause) {
    throw new ChatopsError(
      "store-unwritable",
      `The store's folder ${folder} cannot be made or read: ${describeError(cause)}. ` +
        "Make it, and give it to the user that the bot runs as.",
      { cause },
    );
  }
}
