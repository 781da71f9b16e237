import { z } from "zod";
import * as grammar from "./grammar.ts";
import {
  address,
  audience,
  boundedText,
  entraId,
  later,
  list,
  mapping,
  name,
  named,
  pemFile,
  roles,
  secret,
} from "./schema-parts.ts";

/** Event Grid's own application in Entra (public cloud), which its deliveries' tokens name. */
const eventGridAppId = "4962773b-9cdb-44cf-a8bf-237846a00ab7";

const clientId = entraId("an application's client id");
const tenantId = boundedText("must be an Entra tenant: its id or a domain name of it", 253, grammar.tenant);

/** How to get Entra tokens. */
export const credential = z
  .discriminatedUnion(
    "type",
    [
      mapping(
        {
          type: z.literal("managed-identity"),
          clientId: clientId
            .exactOptional()
            .describe("User-assigned identity; the machine's own by default."),
        },
        "must be a managed identity",
      ),
      mapping(
        {
          type: z.literal("workload-identity"),
          clientId: clientId.exactOptional().describe("AZURE_CLIENT_ID by default."),
          tenantId: tenantId.exactOptional().describe("AZURE_TENANT_ID by default."),
        },
        "must be a workload identity",
      ),
      mapping(
        {
          type: z.literal("certificate"),
          clientId,
          tenantId,
          path: pemFile,
        },
        "must be a certificate",
      ),
      mapping({ type: z.literal("secret"), clientId, tenantId, secret }, "must be a client secret"),
      mapping({ type: z.literal("default") }, "must be { type: default }"),
    ],
    { error: "must be managed-identity, workload-identity, certificate, secret or default" },
  )
  .describe("How to get Entra tokens. `default` tries what the machine offers and is for development only.");

const webhook = mapping(
  {
    names: list(
      boundedText("must be a webhook's name in Azure: 5 to 50 letters and digits", 50, grammar.azureName),
      "must be a list of the webhooks' names in Azure",
      500,
    )
      .default([])
      .describe("Names of the webhooks in Azure, for ping and the list of deliveries."),
    secrets: list(secret, "must be a list of secrets", 10)
      .default([])
      .describe("Secrets that a delivery may carry; several are accepted at once, for rotation."),
  },
  "must be { names: […], secrets: […] }",
).describe("Native webhooks, received at /webhooks/acr/<name>.");

const eventGrid = mapping(
  {
    secrets: list(secret, "must be a list of secrets", 10)
      .default([])
      .describe("Secrets that a delivery may carry in a header or in the query."),
    entra: mapping(
      {
        tenantId: entraId("the tenant's id").describe("Tenant of the token."),
        audience: audience("must be our app registration's id or app-id URI").describe(
          "Our app registration: its id or its app-id URI.",
        ),
        eventGridAppId: clientId
          .default(eventGridAppId)
          .describe("Event Grid's application in that cloud; the public cloud's by default."),
      },
      "must be { tenantId, audience }",
    )
      .exactOptional()
      .describe("Deliveries with an Entra token."),
  },
  "must be { secrets: […] } or { entra: { tenantId, audience } }",
).describe("Event Grid subscriptions, received at /webhooks/eventgrid/<name>.");

/** One registry, under its short name. */
export const registry = mapping(
  {
    loginServer: boundedText(
      "must be the registry's login server in lower case, such as contoso.azurecr.io, without https:// and port",
      grammar.maxLoginServerLength,
      grammar.loginServer,
    ).describe("Login server, such as contoso.azurecr.io."),
    resourceId: boundedText(
      "must be /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/<name>",
      400,
      grammar.registryResourceId,
    )
      .exactOptional()
      .describe("ARM id; without it there is no ping and no list of webhooks."),
    credentials: mapping(
      {
        read: name.exactOptional().describe("Reads manifests and tags."),
        write: name.exactOptional().describe("Writes tags: targets of type retag."),
        quarantine: name.exactOptional().describe("Reads and sets the quarantine state."),
        webhooks: name.exactOptional().describe("Pings webhooks and lists their deliveries."),
      },
      "must name entries of credentials: { read, write, quarantine, webhooks }",
    )
      .prefault({})
      .describe("Which credential is used for what; absent: the bot cannot do it."),
    webhook: webhook.prefault({}),
    eventGrid: eventGrid.prefault({}),
    allow: mapping(
      { release: roles.default([]), reject: roles.default([]) },
      "must be { release: [role], reject: [role] }",
    )
      .prefault({})
      .describe(
        "Roles that may review quarantined images; an action that is not named is allowed to nobody.",
      ),
    scanner: later,
    endpoint: address
      .exactOptional()
      .describe("Where the data plane really is, for tests; https://<loginServer> by default."),
  },
  "must be a registry: { loginServer, webhook, … }",
);

export type CredentialFile = z.output<typeof credential>;
export type RegistryFile = z.output<typeof registry>;

export const credentials = named(credential, "must be credentials by name").default({});
export const registries = named(registry, "must be registries by short name", 50).describe(
  "Registries by short name: in commands and in the address of the webhook.",
);
