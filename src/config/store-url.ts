const sqliteScheme = "sqlite:";
const memory = ":memory:";

/** Says why a text cannot be the store's URL in this version, or undefined. Quotes nothing: it may hold a password. */
export function storeUrlProblem(url: string, ephemeral: boolean): string | undefined {
  if (/^postgres(ql)?:/.test(url))
    return "is PostgreSQL, which is not supported in this version yet; must be sqlite:<path of a file>";
  if (!url.startsWith(sqliteScheme)) return "is no store; must be sqlite:<path of a file>";
  const path = sqlitePath(url);
  if (path === memory && !ephemeral)
    return "is a store in memory, which is lost with the process; name a file, or set store.ephemeral";
  if (path === "" || path.endsWith("/") || path.startsWith("//") || /[?#\0]/.test(path))
    return "names no file; must be sqlite: and the path of a file, such as sqlite:./data/acr-chatops.db";
  return undefined;
}

/** The path of `sqlite:<path>`, as it was written; `:memory:` for a store in memory. */
function sqlitePath(url: string): string {
  return url.slice(sqliteScheme.length);
}
