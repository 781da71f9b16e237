import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type YAMLError,
} from "yaml";
import { present } from "../../present.ts";
import { inFileOrder, type Path, type Position, type Problem, pathText } from "./problem.ts";
import { type ReadFile, whyUnreadable } from "./read-file.ts";
import { findUnquoted, withoutReferences } from "./unquoted-references.ts";
import { isMergeKey, isTooDeep, syntaxMessage } from "./yaml-errors.ts";

/** What a YAML file says, before `${…}` is filled in, and where it says it. */
export interface YamlSource {
  readonly value: unknown;
  /** Where a value stands; for a path that is not there, where its nearest parent's key stands. */
  readonly at: (path: Path) => Position;
  /** Where a key stands, for keys that should not be there. */
  readonly atKey: (path: Path) => Position;
  readonly problems: readonly Problem[];
}

// A configuration of a hundred registries has about 100 KiB.
const maxBytes = 262_144;
// A configuration has hundreds of values. More of them, or deeper ones, come from aliases of aliases.
const maxNodes = 20_000;
const maxDepth = 20;
const maxAliases = 100;
const maxSyntaxProblems = 10;

interface Reading {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly values: Map<string, Position>;
  readonly keys: Map<string, Position>;
  readonly problems: Problem[];
  nodes: number;
  aliases: number;
}

/** Reads a file of at most 256 KiB as `readYaml` does; that it cannot be read is its only problem. */
export async function readYamlFile(file: string, readFile: ReadFile): Promise<YamlSource> {
  try {
    return readYaml(file, await readFile(file, maxBytes));
  } catch (error) {
    return source(undefined, [{ file, path: "", message: whyUnreadable(error) }]);
  }
}

/**
 * Reads one YAML 1.2 document into plain values (null-prototype objects, arrays, scalars) with their positions.
 * Never throws; no problem quotes the file, because any part of it may be a secret.
 */
export function readYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const failed = (message: string, position: Position = { line: 1, column: 1 }) =>
    source(undefined, [{ file, position, path: "", message }]);
  const documents = parse(text, lines);
  if (documents === undefined) return failed("is nested too deeply to be read");
  const [document, second] = documents;
  if (document === undefined || document.contents === null) return failed("is empty");
  const syntax = syntaxProblems(file, text, lines, [...document.errors, ...document.warnings]);
  if (syntax.length > 0) return source(undefined, syntax);
  if (second !== undefined)
    return failed(
      "holds a second document; one file is one document",
      positionOf(lines, second.range?.[0] ?? 0),
    );
  const places = { values: new Map(), keys: new Map() };
  const reading: Reading = { file, document, lines, ...places, problems: [], nodes: 0, aliases: 0 };
  const value = read(reading, document.contents, [], 0);
  return source(value, reading.problems, reading);
}

/** The documents of a text; undefined: it is nested too deeply. */
function parse(text: string, lineCounter: LineCounter): readonly Document[] | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    const options = { prettyErrors: false, uniqueKeys: false, version: "1.2", schema: "core" } as const;
    return [...parseAllDocuments(text, { ...options, lineCounter })];
  } catch {
    // Nesting beyond the parser's stack; its error may quote the file.
    return undefined;
  }
}

type SyntaxError = Pick<YAMLError, "code" | "pos">;

/** One problem for each cause and line, and ten at most. */
function syntaxProblems(
  file: string,
  text: string,
  lines: LineCounter,
  errors: readonly SyntaxError[],
): readonly Problem[] {
  const [first] = errors;
  if (first === undefined) return [];
  const named = parse(withoutReferences(text), new LineCounter()) ?? [];
  const unquoted = findUnquoted(text, named);
  const lineOf = (offset: number): number => positionOf(lines, offset).line;
  const asRead = (offset: number): SyntaxError =>
    lineOf(first.pos[0]) === lineOf(offset) ? first : { code: "UNEXPECTED_TOKEN", pos: [offset, offset] };
  const others = unquoted.length === 0 ? errors : named.flatMap((one) => [...one.errors, ...one.warnings]);
  const causes = [
    ...unquoted.map((offset) => ({ ...asRead(offset), isUnquoted: true })),
    // What comes unexpected behind another mistake is mostly its consequence.
    ...others
      .filter(({ code }, index) => index === 0 || code !== "UNEXPECTED_TOKEN")
      .map((one) => ({ code: one.code, pos: one.pos, isUnquoted: false })),
  ];
  const byLine = new Map<number, Problem>();
  for (const { code, pos, isUnquoted } of causes) {
    const position = positionOf(lines, pos[0]);
    const message = syntaxMessage(code, isUnquoted);
    if (!byLine.has(position.line)) byLine.set(position.line, { file, position, path: "", message });
  }
  return inFileOrder([...byLine.values()]).slice(0, maxSyntaxProblems);
}

function source(value: unknown, problems: readonly Problem[], reading?: Reading): YamlSource {
  const start: Position = { line: 1, column: 1 };
  const keyOrParent = (path: Path): Position => {
    for (let length = path.length; length > 0; length--) {
      const text = placeOf(path.slice(0, length));
      const found = reading?.keys.get(text) ?? reading?.values.get(text);
      if (found !== undefined) return found;
    }
    return reading?.values.get(placeOf([])) ?? start;
  };
  return {
    value,
    problems,
    at: (path) => reading?.values.get(placeOf(path)) ?? keyOrParent(path),
    atKey: keyOrParent,
  };
}

function read(reading: Reading, node: unknown, path: Path, depth: number): unknown {
  reading.nodes += 1;
  if (reading.nodes > maxNodes || depth > maxDepth)
    return refuse(reading, node, path, "is nested too deeply, or has too many values");
  if (isAlias(node)) {
    reading.aliases += 1;
    const target = reading.aliases > maxAliases ? undefined : node.resolve(reading.document);
    if (target === undefined)
      return refuse(reading, node, path, "refers to an anchor (*name) that is not there, or one too many");
    return read(reading, target, path, depth + 1);
  }
  const position = nodePosition(reading, node);
  if (position !== undefined) reading.values.set(placeOf(path), position);
  if (isSeq(node)) return node.items.map((item, index) => read(reading, item, [...path, index], depth + 1));
  if (isMap(node)) return readMap(reading, node.items, path, depth);
  if (node === null || node === undefined) return null;
  const scalar = isScalar(node) ? node.value : undefined;
  if (scalar === null || ["string", "number", "boolean"].includes(typeof scalar)) return scalar;
  const right = "write a text, a number, true or false";
  return refuse(reading, node, path, `is of a type that is not used here; ${right}`);
}

function readMap(
  reading: Reading,
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  path: Path,
  depth: number,
): unknown {
  const object: Record<string, unknown> = Object.create(null);
  for (const { key, value } of items) {
    const name = isScalar(key) ? key.value : undefined;
    if (typeof name !== "string" || name === "__proto__")
      refuse(reading, key, path, "has a key that is not a text; put it in quotes");
    else if (isMergeKey(name))
      refuse(reading, key, path, "uses a merge key (<<), which YAML 1.2 does not have; write the keys out");
    else if (Object.hasOwn(object, name))
      refuse(reading, key, [...path, name], "is there twice; keep one of the two");
    else {
      const at = nodePosition(reading, key);
      if (at !== undefined) reading.keys.set(placeOf([...path, name]), at);
      object[name] = read(reading, value, [...path, name], depth + 1);
    }
  }
  return object;
}

function refuse(reading: Reading, node: unknown, path: Path, message: string): undefined {
  const position = nodePosition(reading, node);
  // One refusal of the kind tells enough: an alias bomb would give thousands.
  const isTold = reading.problems.some(
    (problem) => problem.message === message && problem.position?.line === position?.line,
  );
  if (!isTold)
    reading.problems.push({ file: reading.file, ...present({ position }), path: pathText(path), message });
  return undefined;
}

function nodePosition(reading: Reading, node: unknown): Position | undefined {
  const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
  return range === undefined || range === null ? undefined : positionOf(reading.lines, range[0]);
}

function positionOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function placeOf(path: Path): string {
  return JSON.stringify(path);
}
