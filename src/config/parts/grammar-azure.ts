// No flags here: these patterns also stand in the JSON Schema, which has none.

/**
 * An ARM id: `armId("Microsoft.Web", "sites")` is `/subscriptions/…/resourceGroups/…/providers/Microsoft.Web/sites/…`.
 * ARM compares ids without regard to case and gives some of them back in lower case, so capitals may be small.
 */
function armId(provider: string, ...types: readonly string[]): RegExp {
  const typed = types.map((type) => `\\/${inEitherCase(type)}\\/${segment}`).join("");
  return new RegExp(`^${group}\\/providers\\/${inEitherCase(provider)}${typed}$`);
}

function inEitherCase(name: string): string {
  return name.replace(/[A-Z.]/g, (sign) => (sign === "." ? "\\." : `[${sign}${sign.toLowerCase()}]`));
}

const segment = "[^/\\s?#%]{1,260}";
const group = `\\/${inEitherCase("subscriptions")}\\/[^/\\s?#%]{1,100}\\/${inEitherCase("resourceGroups")}\\/[^/\\s?#%]{1,100}`;

export const resourceGroupId = new RegExp(`^${group}$`);
/** App Service: web apps and function apps; a slot is no part of it. */
export const webAppId = armId("Microsoft.Web", "sites");
export const containerAppId = armId("Microsoft.App", "containerApps");
export const aksId = armId("Microsoft.ContainerService", "managedClusters");
/** One version of a template spec. */
export const templateSpecId = armId("Microsoft.Resources", "templateSpecs", "versions");

/** App Service: a slot's name has letters, digits and -; `production` is no slot. */
export const slot = /^[A-Za-z0-9][A-Za-z0-9-]{0,58}$/;
/** Names of containers, on App Service, Container Apps and Kubernetes alike: RFC 1123 labels, or nearly. */
export const container = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/;

/** ARM's template parameters. */
export const templateParameter = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

/** Azure DevOps: at most 64 characters, without those that mean something in an address or a path. */
export const devOpsProject = /^[^\s_.\\/:*?"'<>;#$%{},+=@&~[\]|][^\r\n\t\\/:*?"'<>;#$%{},+=@&~[\]|]{0,63}$/;
/** Parameters of a pipeline's template and inputs of a workflow. */
export const runParameter = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;
