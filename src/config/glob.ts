import picomatch from "picomatch";

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
  return globProblem(pattern.replaceAll(":", "-"));
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
