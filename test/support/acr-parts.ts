import { createAcrConnection } from "../../src/registry/acr/acr-connection.ts";
import { createReader, createWriter } from "../../src/registry/acr/data-plane.ts";
import { createReviewer } from "../../src/registry/acr/quarantine.ts";
import { fixedCredential, scriptedLoginServer } from "./scripted-registry.ts";

/** The planes of a registry at a loopback address, with an identity that needs no network. */
export function openAcr(url: string, now: () => number = Date.now) {
  const connection = createAcrConnection({
    loginServer: scriptedLoginServer,
    endpoint: url,
    audience: "https://containerregistry.azure.net",
    credential: fixedCredential(),
    credentialName: "reader",
    now,
  });
  return {
    connection,
    reader: createReader(connection),
    writer: createWriter(connection),
    reviewer: createReviewer(connection),
  };
}
