import type { Access } from "./acr-tokens.ts";
import { allRights, type Right } from "./rights.ts";

const maxScopes = 20;

/**
 * What of the scopes asked for these rights grant, by the token specification of the distribution project: a scope is
 * `type:name:action,action`, repeated or with spaces between; `registry:catalog:*` is the only way to the catalog.
 */
export function grantScopes(asked: readonly string[], rights: readonly Right[]): readonly Access[] {
  const scopes = asked.flatMap((scope) => scope.split(" ")).filter((scope) => scope !== "");
  return scopes.slice(0, maxScopes).flatMap((scope) => {
    const parts = scope.split(":");
    const [type = "", actions = ""] = [parts[0], parts.at(-1)];
    const name = parts.slice(1, -1).join(":");
    const granted = grantActions(type, name, actions.split(","), rights);
    return granted.length > 0 ? [{ Type: type, Name: name, Actions: granted }] : [];
  });
}

function grantActions(
  type: string,
  name: string,
  actions: readonly string[],
  rights: readonly Right[],
): readonly string[] {
  if (type === "registry" && name === "catalog") {
    return actions.includes("*") && rights.includes("catalog") ? ["*"] : [];
  }
  if (type !== "repository") return [];
  const wanted = actions.includes("*") ? allRights : actions;
  const repositoryActions: readonly Right[] = ["pull", "push", "delete", "metadata_read", "metadata_write"];
  return repositoryActions.filter((action) => wanted.includes(action) && rights.includes(action));
}
