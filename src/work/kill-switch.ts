import { stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Says whether everything is halted: a file of that name exists, or it cannot be said whether it does. */
export type KillSwitch = () => Promise<boolean>;

/** Makes the kill switch; without a path it is never on. A file that cannot be looked for counts as there. */
export function createKillSwitch(path: () => string | undefined): KillSwitch {
  return async () => {
    const file = path();
    if (file === undefined) return false;
    if (await isThere(file)) return true;
    // A folder that is not mounted cannot say that there is no file in it.
    return !(await isThere(dirname(file)));
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code !== "ENOENT";
  }
}
