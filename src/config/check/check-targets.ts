import { isRepositoryTemplate, isTagTemplate } from "../parts/grammar-targets.ts";
import type { Finding, Tree } from "../read/finding.ts";
import type { Path } from "../read/problem.ts";
import { entriesOf, namesAt, textAt, valueAt } from "../read/tree.ts";

/** What one target's keys must be together, by its type. */
export function checkTargets({ value, written }: Tree): readonly Finding[] {
  return namesAt(value, ["targets"]).flatMap((name) => {
    const path = ["targets", name];
    switch (textAt(value, [...path, "type"])) {
      case "import":
        return checkInto(value, path);
      case "web-app":
        return checkSlot(value, path);
      case "kubernetes":
        return checkCluster(value, written, path);
      case "template":
        return checkImageParameter(value, path);
      case "azure-pipelines":
        return [...checkOrganization(value, path), ...checkRun(value, path, "parameters")];
      case "github":
        return [...checkGithub(written, path), ...checkRun(value, path, "inputs")];
      default:
        return [];
    }
  });
}

function checkInto(value: unknown, target: Path): readonly Finding[] {
  const path = [...target, "into"];
  if (typeof valueAt(value, path) !== "object") return [];
  const repository = textAt(value, [...path, "repository"]) ?? "{repository}";
  const tag = textAt(value, [...path, "tag"]) ?? "{tag}";
  const findings: Finding[] = [];
  if (!isRepositoryTemplate(repository))
    findings.push({
      path: [...path, "repository"],
      message:
        "is no repository; write a name in lower case, with {repository} or {name}, such as prod/{name}",
    });
  if (!isTagTemplate(tag))
    findings.push({
      path: [...path, "tag"],
      message: "is no tag; write a tag, with {tag} for the image's own",
    });
  const same = textAt(value, [...path, "registry"]) === textAt(value, [...target, "registry"]);
  if (same && repository === "{repository}" && tag === "{tag}")
    findings.push({ path, message: "is where the image comes from; name another registry or repository" });
  return findings;
}

/** App Service calls the app itself its production slot, and has no address for that. */
function checkSlot(value: unknown, target: Path): readonly Finding[] {
  const path = [...target, "slot"];
  if (textAt(value, path)?.toLowerCase() !== "production") return [];
  return [{ path, message: "is the app itself; leave it out" }];
}

function checkCluster(value: unknown, written: unknown, target: Path): readonly Finding[] {
  const path = [...target, "cluster"];
  const cluster = valueAt(written, path);
  if (typeof cluster !== "object" || cluster === null || Array.isArray(cluster)) return [];
  const has = (key: string) => valueAt(cluster, [key]) !== undefined;
  const ways = ["aks", "kubeconfig", "inCluster"].filter(has);
  const hasCredential = valueAt(written, [...target, "credential"]) !== undefined;
  const findings: Finding[] = [];
  if (ways.length !== 1)
    findings.push({
      path,
      message: `${ways.length === 0 ? "names no cluster" : `has ${ways.join(" and ")}`}; set one of aks, kubeconfig, inCluster`,
    });
  if (valueAt(value, [...path, "inCluster"]) === false)
    findings.push({ path: [...path, "inCluster"], message: "is false; set it to true, or name a cluster" });
  if (has("context") && !has("kubeconfig"))
    findings.push({
      path: [...path, "context"],
      message: "is used only with kubeconfig; leave it out",
      atKey: true,
    });
  if (has("aks") && !hasCredential)
    findings.push({ path: target, message: "lacks credential; a cluster on AKS needs one", atKey: true });
  if (!has("aks") && hasCredential && ways.length === 1)
    findings.push({
      path: [...target, "credential"],
      message: "is used only with cluster.aks; leave it out",
      atKey: true,
    });
  return findings;
}

/** ARM tells names of parameters apart without regard to case. */
function checkImageParameter(value: unknown, target: Path): readonly Finding[] {
  const image = textAt(value, [...target, "image"]) ?? "image";
  return namesAt(value, [...target, "parameters"])
    .filter((name) => name.toLowerCase() === image.toLowerCase())
    .map((name) => ({
      path: [...target, "parameters", name],
      message: "is the parameter that gets the image; leave it out",
      atKey: true,
    }));
}

function checkOrganization(value: unknown, target: Path): readonly Finding[] {
  const path = [...target, "organization"];
  const url = URL.parse(textAt(value, path) ?? "");
  if (url?.hostname !== "dev.azure.com" || /^\/[^/]+\/?$/.test(url.pathname)) return [];
  return [{ path, message: "must be https://dev.azure.com/ and the organization's name, nothing more" }];
}

function checkGithub(written: unknown, path: Path): readonly Finding[] {
  const ways = ["app", "token"].filter((key) => valueAt(written, [...path, key]) !== undefined);
  if (ways.length === 1) return [];
  const message = ways.length === 0 ? "lacks app or token" : "has app and token";
  return [{ path, message: `${message}; set one of the two, best a GitHub App`, atKey: true }];
}

/** Of Azure DevOps and GitHub: runs are found again by our id, and nothing is deployed by a tag. */
function checkRun(value: unknown, target: Path, key: "parameters" | "inputs"): readonly Finding[] {
  const path = [...target, key];
  const texts = entriesOf(valueAt(value, path)).flatMap(([, text]) =>
    typeof text === "string" ? [text] : [],
  );
  const lacking = [
    ...(texts.some((text) => text.includes("{operation}"))
      ? []
      : ['operation: "{operation}" (by which a run is found again after a crash)']),
    ...(texts.some((text) => /\{(?:image|digest)\}/.test(text)) ? [] : ['image: "{image}" (what is to run)']),
  ];
  if (lacking.length === 0) return [];
  const message = `lack what a run must be given; add ${lacking.join(" and ")}, under names of your own`;
  // Where the key is absent its place is the target's.
  return [{ path, message, atKey: true }];
}
