import { Lexer } from "yaml";

/** YAML 1.1's merge key, which the core schema of YAML 1.2 reads as any other key. */
export function isMergeKey(key: string): boolean {
  return key === "<<";
}

// The parser's own messages quote the file, and any part of a configuration may be a secret.
const messages: Readonly<Record<string, string>> = {
  BAD_ALIAS: "refers to an anchor (*name) that is not there",
  BAD_COLLECTION_TYPE: "has a tag (!…) that does not fit its value; leave the tag out",
  BAD_DIRECTIVE: "has a directive (%…) that is not known; leave it out",
  BAD_DQ_ESCAPE: "has an escape in \"…\" that YAML does not know; use '…' or double the backslash",
  BAD_INDENT: "is indented differently from its neighbours",
  BAD_SCALAR_START: "begins with a character that has a meaning in YAML; put the text in quotes",
  BLOCK_AS_IMPLICIT_KEY: "has a second colon in one line; put the text in quotes",
  BLOCK_IN_FLOW: "mixes an indented block into {…} or […]",
  KEY_OVER_1024_CHARS: "has a key that is too long",
  MISSING_CHAR: "lacks a closing quote or bracket, a comma or a colon",
  MULTILINE_IMPLICIT_KEY: "has a key over several lines",
  MULTIPLE_ANCHORS: "has two anchors (&name)",
  MULTIPLE_DOCS: "holds a second document; one file is one document",
  MULTIPLE_TAGS: "has two tags (!…)",
  RESOURCE_EXHAUSTION: "is nested too deeply to be read",
  TAB_AS_INDENT: "is indented with a tab; use spaces",
  TAG_RESOLVE_FAILED: "has a tag (!…) that is not known; leave it out",
  UNEXPECTED_TOKEN: "has something that YAML does not expect here",
};

/** What is wrong with the syntax, from the parser's error code alone; `isUnquoted`: a `${…}` lacks its quotes there. */
export function syntaxMessage(code: string, isUnquoted: boolean): string {
  const message = messages[code] ?? "is not YAML";
  // `{ token: ${NAME} }` opens a mapping in a mapping: the mistake that everybody makes once.
  return isUnquoted ? `${message}; write "\${NAME}" in quotes` : message;
}

// Measured: the parser takes 16 s for 4,000 nested brackets, and its lexer 7 ms.
const maxFlowDepth = 50;
// The lexer's sign that the next token is a scalar's text.
const scalarSign = "\u001f";

/** Whether brackets are nested deeper than any configuration needs; to be asked before the parser. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let before = "";
  for (const token of new Lexer().lex(text)) {
    const opens = before !== scalarSign && (token === "[" || token === "{");
    const closes = before !== scalarSign && (token === "]" || token === "}");
    depth += opens ? 1 : closes ? -1 : 0;
    if (depth > maxFlowDepth) return true;
    before = token;
  }
  return false;
}
