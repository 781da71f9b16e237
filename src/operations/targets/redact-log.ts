// What is looked at, and what is left of it: a chat message is read on a telephone, and Slack folds long ones.
const readCharacters = 64 * 1024;
const keptLines = 20;
const lineCharacters = 300;
const keptCharacters = 2_000;

const redacted = "[redacted]";
const secretName =
  "(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|(?:api|access|account|private|signing|storage|client|encryption)[_-]?key|shared[_-]?access[_-]?(?:key|signature)|connection[_-]?string|sig|signature|authorization|cookie|pat)";
const value = `(?:"[^"\\n]*"?|'[^'\\n]*'?|(?:(?:Bearer|Basic|token|SharedKey|SharedAccessSignature)\\s+)?[^\\s"'&;,]+)`;

/** Every repetition is bounded, or of characters that cannot begin the rest: no log makes them slow. */
const rules: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, redacted],
  // The log's end may begin inside of a key.
  [/^[\s\S]*?-----END [A-Z ]{0,40}PRIVATE KEY-----/, redacted],
  [/(:\/\/)[^\s/@]{1,500}@/g, `$1${redacted}@`],
  // A JWT, and what GitHub, GitLab, Slack, AWS and npm put before their tokens.
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, redacted],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[a-z]-|xapp-|npm_|AKIA|ASIA)[\w-]{8,}/g, redacted],
  [/\b(Bearer|Basic|SharedAccessSignature)\s+[^\s"',;]{6,}/gi, `$1 ${redacted}`],
  [new RegExp(`(${secretName}[\\w.-]{0,20}["']?\\s{0,3}[:=]\\s{0,3})${value}`, "gi"), `$1${redacted}`],
  [new RegExp(`(--?[\\w-]{0,40}${secretName}[\\w-]{0,20}\\s{1,3})${value}`, "gi"), `$1${redacted}`],
];
// A digest of an image is let through; a hexadecimal key or an Azure DevOps token (52 or 84 characters) is not.
const longRun = /(?<![\w+/-]|sha256:)[\w+/-]{32,}={0,2}/g;

/**
 * The end of another system's log, fit for chat: its last 20 lines, cut, without colours and without anything that
 * looks like a token, password, key, signed address or long base64. Empty where nothing is left.
 */
export function redactedTail(log: string): string {
  const cut = log.slice(-readCharacters);
  // A line that is there in part may hold the end of a secret whose name is cut off.
  const whole = cut.length < log.length ? cut.slice(cut.search(/\n|$/)) : cut;
  const lines = rules
    .reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), plain(whole))
    .replace(longRun, (run) => (looksRandom(run) ? redacted : run))
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== "")
    .slice(-keptLines)
    .map((line) => (line.length <= lineCharacters ? line : `${line.slice(0, lineCharacters - 1)}…`));
  return lines.join("\n").slice(-keptCharacters).toWellFormed();
}

// Colours, titles and invisible characters (ECMA-48, OSC) go first, as they may stand within a secret. Node's own
// stripVTControlCharacters takes seconds on 64 KiB of unfinished sequences.
function plain(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t](?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\p{Cc}]*)/gu, "")
    .replace(/[^\P{Cc}\n\t]|\p{Cf}/gu, "");
}

// Paths are long too, but in pieces, and without capitals, small letters and digits all at once.
function looksRandom(run: string): boolean {
  const isOnePiece = /[A-Za-z0-9]{32}/.test(run) && /\d/.test(run);
  return isOnePiece || (/[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run));
}
