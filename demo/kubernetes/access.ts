import type { IncomingHttpHeaders } from "node:http";
import { readBearer } from "../shared/credentials.ts";
import type { KubernetesUser, RoleRule } from "./options.ts";
import { qualified, StatusError } from "./status-error.ts";

/** What somebody wants to do to what. */
export interface Attempt {
  readonly verb: string;
  readonly group: string;
  /** With its sub-resource: `pods/log`. */
  readonly resource: string;
  /** Absent: all of them. */
  readonly namespace?: string;
  readonly name?: string;
}

/** The user of a bearer token; throws 401 for none or a wrong one. */
export function authenticate(users: readonly KubernetesUser[], headers: IncomingHttpHeaders): KubernetesUser {
  const token = readBearer(headers);
  const user = users.find((one) => one.token === token);
  if (user === undefined) throw new StatusError(401, "Unauthorized", "Unauthorized");
  return user;
}

/** Throws Kubernetes' own 403 if no rule of the user's Roles allows the attempt. */
export function authorize(user: KubernetesUser, attempt: Attempt): void {
  if (user.rules.some((rule) => allows(rule, attempt))) return;
  const { verb, group, resource, namespace, name } = attempt;
  const plural = resource.split("/")[0] ?? resource;
  const what = name === undefined ? qualified(plural, group) : `${qualified(plural, group)} "${name}"`;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  throw new StatusError(
    403,
    "Forbidden",
    `${what} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    { details: { ...(name === undefined ? {} : { name }), group, kind: plural } },
  );
}

function allows(rule: RoleRule, attempt: Attempt): boolean {
  const has = (list: readonly string[], value: string) => list.includes("*") || list.includes(value);
  return (
    has(rule.verbs, attempt.verb) &&
    has(rule.apiGroups, attempt.group) &&
    has(rule.resources, attempt.resource) &&
    (rule.namespace === undefined || rule.namespace === attempt.namespace)
  );
}
