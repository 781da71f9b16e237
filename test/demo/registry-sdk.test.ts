import {
  ContainerRegistryClient,
  ContainerRegistryContentClient,
  KnownManifestMediaType,
} from "@azure/container-registry";
import type { TokenCredential } from "@azure/core-auth";
import { ManagedIdentityCredential } from "@azure/identity";
import { describe, expect, it } from "vitest";
import type { RegistryWorld } from "../../demo/registry/world.ts";
import { useIdentity } from "../support/use-identity.ts";
import { inWorld, loopbackHttpClient } from "./registry-client.ts";

// The library finds App Service's endpoint by its environment only.
function managedIdentity(world: RegistryWorld): TokenCredential {
  useIdentity(world);
  return new ManagedIdentityCredential();
}

function clientOptions(world: RegistryWorld) {
  return { audience: "https://containerregistry.azure.net", httpClient: loopbackHttpClient(world) } as const;
}

describe("the real Azure SDK", () => {
  it("lists, retags by the manifest's own bytes, and deletes", () =>
    inWorld({}, async (world) => {
      const { digest } = world.push({
        repository: "shop/checkout",
        tag: "1.4.2",
        platforms: ["linux/amd64", "linux/arm64"],
      });
      const endpoint = `https://${world.loginServer}`;
      const credential = managedIdentity(world);
      const client = new ContainerRegistryClient(endpoint, credential, clientOptions(world));
      const names: string[] = [];
      for await (const name of client.listRepositoryNames()) names.push(name);
      expect(names).toEqual(["shop/checkout"]);
      const artifact = client.getArtifact("shop/checkout", "1.4.2");
      const properties = await artifact.getManifestProperties();
      expect(properties).toMatchObject({ digest, tags: ["1.4.2"] });
      expect(properties.relatedArtifacts.map((item) => item.architecture)).toEqual(["amd64", "arm64"]);

      const content = new ContainerRegistryContentClient(
        endpoint,
        "shop/checkout",
        credential,
        clientOptions(world),
      );
      const found = await content.getManifest(digest);
      const chunks: Buffer[] = [];
      for await (const chunk of [found.content]) chunks.push(Buffer.from(chunk));
      const bytes = Buffer.concat(chunks);
      const mediaType = found.mediaType as KnownManifestMediaType;
      expect((await content.setManifest(bytes, { tag: "staging", mediaType })).digest).toBe(digest);
      expect(world.snapshot().repositories["shop/checkout"]?.tags).toEqual({
        "1.4.2": digest,
        staging: digest,
      });

      const tags: string[] = [];
      for await (const page of artifact.listTagProperties().byPage({ maxPageSize: 1 }))
        tags.push(...page.map((tag) => tag.name));
      expect(tags).toEqual(["1.4.2", "staging"]);
      await artifact.deleteTag("staging");
      await client.getArtifact("shop/checkout", digest).delete();
      expect(world.snapshot().repositories["shop/checkout"]?.tags).toEqual({});
    }));

  it("uploads a blob and a manifest of its own", () =>
    inWorld({}, async (world) => {
      const endpoint = `https://${world.loginServer}`;
      const content = new ContainerRegistryContentClient(
        endpoint,
        "shop/new",
        managedIdentity(world),
        clientOptions(world),
      );
      const config = await content.uploadBlob(Buffer.from("{}"));
      const manifest = {
        schemaVersion: 2,
        mediaType: KnownManifestMediaType.OciImageManifest,
        config: { mediaType: "application/vnd.oci.empty.v1+json", digest: config.digest, size: 2 },
        layers: [],
      };
      const { digest } = await content.setManifest(manifest, { tag: "v1" });
      expect(world.snapshot().repositories["shop/new"]?.tags).toEqual({ v1: digest });
    }));
});
