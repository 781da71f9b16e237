import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A folder whose files are links into another, as Kubernetes mounts a ConfigMap or Secret. */
export interface MountedFolder {
  path(name: string): string;
  /** Puts other texts in place of all, at once: the link `..data` is pointed to a new folder, the old one removed. */
  swap(files: Readonly<Record<string, string>>): Promise<void>;
}

/** Mounts texts by name; a name may have a folder in it (`tls/key`). */
export async function mountFolder(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<MountedFolder> {
  let version = 0;
  const fill = async (texts: Readonly<Record<string, string>>): Promise<void> => {
    version += 1;
    for (const [name, text] of Object.entries(texts)) {
      const file = join(folder, `..${version}`, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await symlink(`..${version}`, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  };
  await fill(files);
  const tops = new Set(Object.keys(files).map((name) => name.split("/")[0] ?? name));
  for (const top of tops) await symlink(join("..data", top), join(folder, top));
  return {
    path: (name) => join(folder, name),
    swap: async (texts) => {
      await fill(texts);
      await rm(join(folder, `..${version - 1}`), { recursive: true });
    },
  };
}
