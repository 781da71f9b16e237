import type { Environment } from "./environment.ts";
import type { Finding } from "./finding.ts";
import type { Path } from "./problem.ts";
import { type ReadFile, whyUnreadable } from "./read-file.ts";

/** What stands between `${` and `}`: an environment variable or a mounted file. */
const reference = /\$\$\{|\$\{([^}]*)\}?/g;
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,200}$/;
const filePrefix = "file:";
/** A mounted secret is at most 64 KiB; Kubernetes takes up to 1 MiB for all of one Secret. */
const maxSecretBytes = 65_536;

interface Interpolated {
  readonly value: unknown;
  readonly problems: readonly Finding[];
}

interface Sources {
  readonly environment: Environment;
  readonly readFile: ReadFile;
}

type Found = { readonly text: string } | { readonly problem: string };

/**
 * Fills `${NAME}` and `${file:/path}` into every text of a value that was parsed already, so that a secret's text
 * can never become YAML; `$${` stands for `${`. Keys stay as they are. What is missing is a problem, and its text
 * undefined. Problems name the variable or the file, never what is in it.
 */
export async function interpolate(value: unknown, sources: Sources): Promise<Interpolated> {
  const problems: Finding[] = [];
  const visit = async (node: unknown, path: Path): Promise<unknown> => {
    if (typeof node === "string") {
      const { text, messages } = await fill(node, sources);
      problems.push(...messages.map((message) => ({ path, message })));
      return text;
    }
    if (Array.isArray(node)) {
      const items: unknown[] = [];
      for (const [index, item] of node.entries()) items.push(await visit(item, [...path, index]));
      return items;
    }
    if (typeof node !== "object" || node === null) return node;
    const object: Record<string, unknown> = Object.create(null);
    for (const [key, item] of Object.entries(node)) object[key] = await visit(item, [...path, key]);
    return object;
  };
  return { value: await visit(value, []), problems };
}

async function fill(
  source: string,
  sources: Sources,
): Promise<{ readonly text: string | undefined; readonly messages: readonly string[] }> {
  const messages: string[] = [];
  let text = "";
  let end = 0;
  for (const match of source.matchAll(reference)) {
    text += source.slice(end, match.index);
    end = match.index + match[0].length;
    if (match[1] === undefined) {
      text += `\${`;
      continue;
    }
    const found = match[0].endsWith("}") ? await find(match[1], sources) : { problem: misshapen };
    if ("problem" in found) messages.push(found.problem);
    else text += found.text;
  }
  text += source.slice(end);
  return { text: messages.length === 0 ? text : undefined, messages: [...new Set(messages)] };
}

const misshapen = `holds \${…} that is neither \${NAME} (an environment variable) nor \${file:/path} (a mounted secret); write $\${ for a plain \${`;

async function find(name: string, { environment, readFile }: Sources): Promise<Found> {
  if (name.startsWith(filePrefix)) return findFile(name.slice(filePrefix.length), readFile);
  if (!variableName.test(name)) return { problem: misshapen };
  const text = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (text === undefined) return { problem: `needs the environment variable ${name}, which is not set` };
  if (text === "") return { problem: `needs the environment variable ${name}, which is empty` };
  return { text };
}

async function findFile(path: string, readFile: ReadFile): Promise<Found> {
  if (!path.startsWith("/")) return { problem: `names a file without its whole path; write \${file:/path}` };
  const shown = JSON.stringify(path.slice(0, 300));
  try {
    const text = (await readFile(path, maxSecretBytes)).replace(/\r?\n$/, "");
    return text === "" ? { problem: `needs the file ${shown}, which is empty` } : { text };
  } catch (error) {
    return { problem: `needs the file ${shown}, which ${whyUnreadable(error)}` };
  }
}
