import { ChatopsError } from "../../errors.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** pino's levels. */
const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** A copy of the process's environment variables; nothing else in the project reads `process.env`. */
export function readEnvironment(): Environment {
  return { ...process.env };
}

/** The level that LOG_LEVEL asks for, `info` by default; throws `config-invalid` for a word that is no level. */
export function logLevelOf(environment: Environment): LogLevel {
  const asked = environment.LOG_LEVEL?.toLowerCase();
  if (asked === undefined || asked === "") return "info";
  const level = logLevels.find((known) => known === asked);
  if (level === undefined)
    throw new ChatopsError("config-invalid", `LOG_LEVEL must be one of ${logLevels.join(", ")}.`);
  return level;
}
