/** Hosts of Slack's incoming webhooks: the commercial and the government workspaces. */
const slackWebhookHosts: readonly string[] = ["hooks.slack.com", "hooks.slack-gov.com"];
// Office 365 connectors, whose addresses lie under this name, are retired by Microsoft.
const retiredConnectorHost = "webhook.office.com";
// Connectors made before 2021.
const olderConnectorHost = "outlook.office.com";
/** Under these names Power Automate serves the addresses of flows: the older and the newer form. */
export const workflowHosts: readonly string[] = ["logic.azure.com", "api.powerplatform.com"];

/** Whether a host of a URL is this machine: 127.0.0.0/8, ::1 or localhost. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Says why a text is no address that may be called (https, or http on loopback), or undefined. Quotes nothing. */
export function addressProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (url !== null && (url.hash !== "" || url.search !== "")) return "must end with its path: no ? and no #";
  return callProblem(url);
}

function callProblem(url: URL | null): string | undefined {
  if (url === null) return "is not a URL; must be https://…";
  if (url.username !== "" || url.password !== "") return "holds a user or a password; leave them out";
  if (url.protocol === "https:") return undefined;
  if (url.protocol !== "http:") return "must begin with https://";
  return isLoopback(url.hostname) ? undefined : "is http; use https (http is taken only on loopback)";
}

/** Whether a text is an address of Office 365's retired connectors. */
export function isRetiredConnector(text: string): boolean {
  const hostname = URL.parse(text)?.hostname ?? "";
  return hostname === olderConnectorHost || isUnder(hostname, retiredConnectorHost);
}

function isUnder(hostname: string, name: string): boolean {
  return hostname === name || hostname.endsWith(`.${name}`);
}

/** Says why a text is no address of a Teams workflow, or undefined. Quotes nothing: the address is a secret. */
export function workflowProblem(text: string): string | undefined {
  if (isRetiredConnector(text))
    return "is an Office 365 connector (webhook.office.com), which Microsoft has retired; make a workflow in Teams";
  const url = URL.parse(text);
  // Its query holds the signature that lets one post, so it may have one, unlike other addresses.
  if (url !== null && url.hash !== "") return "must not have a #";
  return callProblem(url);
}

/** Says why a text is no address that a target may post to, or undefined. Quotes nothing: a query may hold a key. */
export function targetUrlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  return url !== null && url.hash !== "" ? "must not have a #" : callProblem(url);
}

/** Whether an address is where Power Automate serves flows, or on loopback. */
export function isKnownWorkflowHost(text: string): boolean {
  const hostname = URL.parse(text)?.hostname ?? "";
  return isLoopback(hostname) || workflowHosts.some((name) => isUnder(hostname, name));
}

/** Says why a text is no incoming webhook of Slack, or undefined. Quotes nothing: the address is a secret. */
export function slackWebhookProblem(text: string): string | undefined {
  if (isRetiredConnector(text))
    return "is an Office 365 connector (webhook.office.com), which Microsoft has retired; use an incoming webhook of Slack";
  const problem = addressProblem(text);
  if (problem !== undefined) return problem;
  const url = new URL(text);
  if (url.protocol === "http:" || slackWebhookHosts.includes(url.host)) return undefined;
  return `is not on ${slackWebhookHosts.join(" or ")}; copy the address of the incoming webhook from Slack`;
}
