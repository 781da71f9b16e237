import { workloadKinds } from "../../nouns/target.ts";

// RFC 1123: what Kubernetes calls a label (at most 63 characters) and a subdomain (253).
const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
export const kubernetesLabel = new RegExp(`^${label}$`);
/** `deployment/checkout`. */
export const workload = new RegExp(`^(?:${workloadKinds.join("|")})\\/${label}(?:\\.${label})*$`);

/** `owner/name`: GitHub's own limits are 39 and 100 characters. */
export const githubRepository = /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;
/** A workflow's file name or its id. */
export const githubWorkflow = /^(?:[A-Za-z0-9._-]{1,200}\.ya?ml|[0-9]{1,20})$/;
/** An app's id is a number; its client id, which GitHub takes in its place, looks like Iv1.… or Iv23…. */
export const githubAppId = /^(?:[0-9]{1,20}|Iv[A-Za-z0-9.]{5,40})$/;
export const githubInstallation = /^[0-9]{1,20}$/;

/** A branch or a tag, of those that git-check-ref-format takes. */
export const gitRef = /^[A-Za-z0-9_](?:[A-Za-z0-9._/+-]{0,240}[A-Za-z0-9_+-])?$/;
/** Azure Pipelines wants the whole name. */
export const wholeGitRef = /^refs\/(?:heads|tags)\/[A-Za-z0-9_](?:[A-Za-z0-9._/+-]{0,230}[A-Za-z0-9_+-])?$/;

// OCI distribution specification: parts of a repository's name.
const part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repository = new RegExp(`^${part}(?:\\/${part})*$`);
const tag = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Whether a text with its `{repository}` and `{name}` filled in is a repository's name. */
export function isRepositoryTemplate(text: string): boolean {
  return repository.test(text.replaceAll("{repository}", "a").replaceAll("{name}", "a"));
}

/** Whether a text with its `{tag}` filled in is a tag. */
export function isTagTemplate(text: string): boolean {
  return tag.test(text.replaceAll("{tag}", "a"));
}
