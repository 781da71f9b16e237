import { z } from "zod";
import * as grammar from "../parts/grammar.ts";
import {
  address,
  audience,
  boundedText,
  entraId,
  list,
  mapping,
  name,
  named,
  pemFile,
  roles,
  secret,
} from "../parts/schema-parts.ts";

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
          clientId: clientId.optional().describe("User-assigned identity; the machine's own by default."),
        },
        "must be a managed identity",
      ),
      mapping(
        {
          type: z.literal("workload-identity"),
          clientId: clientId.optional().describe("AZURE_CLIENT_ID by default."),
          tenantId: tenantId.optional().describe("AZURE_TENANT_ID by default."),
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
          .optional()
          .describe("Event Grid's application in that cloud; the public cloud's by default."),
      },
      "must be { tenantId, audience }",
    )
      .optional()
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
      .optional()
      .describe("ARM id; without it there is no ping and no list of webhooks."),
    credentials: mapping(
      {
        read: name.optional().describe("Reads manifests and tags."),
        write: name.optional().describe("Writes tags: targets of type retag."),
        quarantine: name.optional().describe("Reads and sets the quarantine state."),
        webhooks: name.optional().describe("Pings webhooks and lists their deliveries."),
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
    endpoint: address
      .optional()
      .describe("Where the data plane really is, for tests; https://<loginServer> by default."),
  },
  "must be a registry: { loginServer, webhook, … }",
);

export const credentials = named(credential, "must be credentials by name").default({});
export const registries = named(registry, "must be registries by short name", 50).describe(
  "Registries by short name: in commands and in the address of the webhook.",
);
