import picomatch from "picomatch";
import * as grammar from "./parts/grammar.ts";

const maxGlobLength = 256;
// Each star may backtrack over the whole name, so the time to match grows with the power of their number.
const maxStars = 5;

/** Says why a text is no pattern for repositories or tags, or undefined if it is one. */
export function globProblem(pattern: string): string | undefined {
  const positive = pattern.startsWith("!") ? pattern.slice(1) : pattern;
  if (positive === "") return "is empty; write a pattern such as shop/** or v*";
  if (pattern.length > maxGlobLength) return `is longer than ${maxGlobLength} characters`;
  if (!/^[A-Za-z0-9._/*?[\]{},^!-]+$/.test(positive) || positive.startsWith("!"))
    return "does not fit; a pattern is made of letters, digits, . _ / - and * ** ? [abc] {a,b}, with a leading ! to exclude";
  if ((positive.match(/\*+/g)?.length ?? 0) > maxStars) return `has more than ${maxStars} stars; use fewer`;
  return opens(positive) ? undefined : "has brackets that do not match; close every [ and {";
}

/** The same for images such as `localhost:5000/shop/*`: their registry may have a port, whose colon is no sign of a glob. */
export function imageGlobProblem(pattern: string): string | undefined {
  return globProblem(pattern.replaceAll(":", "-")) ?? slashProblem(bodyOf(pattern));
}

/** Says why a pattern can never match the name of a repository, or undefined; it may fit some. */
export function repositoryGlobProblem(pattern: string, loginServers: readonly string[]): string | undefined {
  const problem = globProblem(pattern);
  if (problem !== undefined) return problem;
  const body = bodyOf(pattern);
  const [host = ""] = body.toLowerCase().split("/");
  if (loginServers.includes(host) || grammar.azureLoginServer.test(host))
    return "begins with a login server, which is no part of a repository's name; leave it out";
  if (/[A-Z]/.test(body)) return "has capitals, and no repository's name has; write it in small letters";
  const isOdd = body.split("/").some((part) => !isGlobbed(part) && !grammar.repositoryPart.test(part));
  return (
    slashProblem(body) ?? (isOdd ? "names no repository: its parts begin and end with a-z or 0-9" : undefined)
  );
}

/** Says why a pattern can never match a tag, or undefined; it may fit some. */
export function tagGlobProblem(pattern: string): string | undefined {
  const body = bodyOf(pattern);
  const problem = globProblem(pattern);
  if (problem !== undefined) return problem;
  if (body.includes("/"))
    return "has a slash, and no tag has; patterns of repositories stand under repositories";
  const isOdd = isGlobbed(body) ? /^[.-]/.test(body) : !grammar.tag.test(body);
  return isOdd
    ? "names no tag: it begins with a letter, a digit or _, and has at most 128 characters"
    : undefined;
}

/** A pattern without the sign of an exclusion, and without what stands in brackets, which may be anything. */
function bodyOf(pattern: string): string {
  return pattern.replace(/^!/, "").replace(/\[[^\]]*\]/g, "*");
}

function isGlobbed(part: string): boolean {
  return /[*?[\]{},^]/.test(part);
}

function slashProblem(body: string): string | undefined {
  if (body.includes("//")) return "has two slashes in a row, and no name has; leave one out";
  return /^\/|\/$/.test(body) ? "begins or ends with a slash, and no name does; leave it out" : undefined;
}

function opens(pattern: string): boolean {
  try {
    picomatch.makeRe(pattern, { strictBrackets: true, noextglob: true });
  } catch {
    // strictBrackets throws a SyntaxError whose text holds only the bracket.
    return false;
  }
  return true;
}
