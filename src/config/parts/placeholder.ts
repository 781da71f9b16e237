// `$NAME` and `$(NAME)` of shells and Kubernetes, `${NAME}` (here out of `$${NAME}`), `%NAME%` of Windows, `{{ name }}`
// of Helm, `#{name}#` and `__NAME__` of release pipelines, and App Service's reference to a vault that did not answer.
const unfilled =
  /^(?:\$[A-Za-z_]\w*|\$\([^)]*\)|\$\{[^}]*\}|%\w+%|\{\{.*\}\}|#\{.*\}#?|__\w+__|@Microsoft\.KeyVault\(.*\))$/is;
// Whole words only: a random secret may hold any three letters.
const words =
  /^(?:<.*>|\[.*\]|[x*.•]{8,})$|(?:^|[^a-z])(?:change-?me|replace-?me|replace-with|your|placeholder|todo|fixme)(?:[^a-z]|$)/is;
// In an address `$` may stand for itself.
const inAddress = /<[^>]*>|\$\(|\{\{|X{8}/;

/** Says that a text stands for a secret instead of being one, or undefined. Quotes nothing. */
export function placeholderProblem(text: string): string | undefined {
  if (unfilled.test(text.trim()))
    return `is a variable that nothing fills in; write \${NAME} or \${file:/path}`;
  return words.test(text.trim())
    ? `looks like a placeholder; put the secret itself in its place, best as \${NAME}`
    : undefined;
}

/** The same of an address that holds a secret. */
export function addressPlaceholderProblem(text: string): string | undefined {
  return inAddress.test(text)
    ? `holds a placeholder; copy the whole address, best as \${NAME}`
    : placeholderProblem(text);
}

/** Says why a text is no path of a file here, or undefined: what a shell would fill in stays as it is. */
export function pathProblem(path: string): string | undefined {
  const isHome = path.startsWith("~");
  if (!isHome && !/^\$[A-Za-z_(]|^%\w+%/.test(path)) return undefined;
  const what = isHome ? "~, which only a shell knows" : "a variable that nothing fills in";
  return `begins with ${what}; write the whole path, or \${HOME} at its beginning`;
}
