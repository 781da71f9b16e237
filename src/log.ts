import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";

export type Log = Logger;

/** Fields that may carry a secret wherever they stand; pino replaces their values. */
const secretFields = [
  "authorization",
  "token",
  "secret",
  "botToken",
  "signingSecret",
  "password",
  "response_url",
  "responseUrl",
  "trigger_id",
  "cookie",
];

/**
 * The logger: JSON lines, constant messages, data in fields. Besides the named fields every known secret's text is
 * replaced wherever it turns up in a line, so that an error of some SDK cannot carry one out.
 */
export function createLog(options: {
  readonly level: string;
  readonly destination: DestinationStream;
  readonly secrets: () => readonly string[];
}): Log {
  const scrubbed: DestinationStream = {
    write: (line) => options.destination.write(scrub(line, options.secrets())),
  };
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: "[redacted]",
      },
    },
    scrubbed,
  );
}

function scrub(line: string, secrets: readonly string[]): string {
  let clean = line;
  for (const secret of secrets) {
    if (secret === "") continue;
    clean = clean.replaceAll(secret, "[redacted]");
    // Inside a JSON line a quote or a backslash of the secret is escaped.
    const inJson = JSON.stringify(secret).slice(1, -1);
    if (inJson !== secret) clean = clean.replaceAll(inJson, "[redacted]");
  }
  return clean;
}
