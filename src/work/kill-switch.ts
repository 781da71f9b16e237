import { stat } from "node:fs/promises";

/** Says whether everything is halted: a file of that name exists, or it cannot be said whether it does. */
export type KillSwitch = () => Promise<boolean>;

/** Makes the kill switch; without a path it is never on. A file that cannot be looked for counts as there. */
export function createKillSwitch(path: () => string | undefined): KillSwitch {
  return async () => {
    const file = path();
    if (file === undefined) return false;
    try {
      await stat(file);
      return true;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      return code !== "ENOENT";
    }
  };
}
