import type { Target, WorkloadKind } from "../../nouns/target.ts";
import { code, type Text, text } from "../../nouns/text.ts";
import { cleanLine } from "../text/clean-text.ts";
import { cutMiddle } from "../text/cut-text.ts";
import { shown } from "../text/text-limits.ts";

/** What a deploy to that target does there, as one line for people: `Patches deployment checkout in shop, …`. */
export function whatItDoes(
  target: Target,
  { repository, loginServer }: { readonly repository: string; readonly loginServer: string },
): Text {
  switch (target.type) {
    case "retag":
      return text(
        "Moves the tag ",
        name(target.tag),
        " in ",
        name(loginServer),
        "; the digest stays as it is",
      );
    case "import": {
      const into = `${intoRepository(target.into.repository, repository)}:${target.into.tag}`;
      return text("Copies it to ", name(into), " in ", name(target.into.registry), ", by its digest");
    }
    case "web-app":
      return text("Sets the image of the web app ", name(lastOf(target.app)), ...slotAndContainer(target));
    case "container-app":
      return text(
        "Makes a new revision of the container app ",
        name(lastOf(target.app)),
        ...container(target),
      );
    case "kubernetes":
      return text(
        ...["Patches ", name(`${workload[target.workload.kind]}/${target.workload.name}`)],
        ...[" in ", name(target.namespace), ...container(target)],
      );
    case "template":
      return text(
        ...["Deploys the template spec ", name(templateOf(target.templateSpec))],
        ...[" to the resource group ", name(lastOf(target.resourceGroup))],
      );
    case "azure-pipelines":
      return text(
        ...["Runs the pipeline ", name(`${target.pipeline}`), " of ", name(target.project)],
        ...[" on ", name(target.ref), " in Azure Pipelines"],
      );
    case "github":
      return text(
        ...["Runs the workflow ", name(target.workflow), " of ", name(target.repository)],
        ...[" on ", name(target.ref), " in GitHub"],
      );
    case "http":
      return text("Tells ", name(hostOf(target.url)), " to deploy it, and asks how it goes");
    default:
      return target satisfies never;
  }
}

const workload = {
  deployment: "deployment",
  statefulset: "statefulset",
  daemonset: "daemonset",
  cronjob: "cronjob",
} as const satisfies Record<WorkloadKind, string>;

function name(value: string) {
  return code(cutMiddle(cleanLine(value), shown.title));
}

function slotAndContainer({ slot, ...rest }: { readonly slot?: string; readonly container?: string }): Text {
  return slot === undefined ? container(rest) : text(", slot ", name(slot), ...container(rest));
}

function container({ container: named }: { readonly container?: string }): Text {
  return named === undefined ? [] : text(", container ", name(named));
}

/** The name of an ARM id's resource: its last part. */
function lastOf(id: string): string {
  return id.split("/").at(-1) ?? "";
}

/** `checkout 1.2` of `…/templateSpecs/checkout/versions/1.2`. */
function templateOf(id: string): string {
  const [spec = "", , version = ""] = id.split("/").slice(-3);
  return `${spec} ${version}`;
}

/** The `{repository}` and `{name}` of the configuration, filled in. */
function intoRepository(pattern: string, repository: string): string {
  return pattern.replaceAll("{repository}", () => repository).replaceAll("{name}", () => lastOf(repository));
}

// The rest of the address may hold what is nobody's business.
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : "its address";
}
