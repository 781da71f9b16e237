import { zipSync } from "fflate";
import { z } from "zod";
import type { PackageSettings } from "./package-settings.ts";

/** Who publishes the app, and its version: what Teams shows about it and asks for in every package. */
export interface Publisher {
  /** At most 32 characters. */
  readonly developer: string;
  readonly websiteUrl: string;
  readonly privacyUrl: string;
  readonly termsOfUseUrl: string;
  /** `1.0.0`; Teams takes a changed package only with a higher one. */
  readonly version: string;
}

/** The parts of manifest/teams/. */
export interface PackageParts {
  readonly manifest: string;
  readonly color: Uint8Array;
  readonly outline: Uint8Array;
}

const Template = z.looseObject({
  icons: z.strictObject({ color: z.string(), outline: z.string() }),
  bots: z.tuple([z.looseObject({ botId: z.string() })]),
  webApplicationInfo: z.strictObject({ id: z.string(), resource: z.string() }),
});

// The first moment that a ZIP can write; in local time, as ZIP has it. Always the same: so the bytes are too.
const zipTime = () => new Date(1980, 0, 1);

/** The app package that Teams takes: a ZIP of the manifest, filled in, and its two icons. Equal input, equal bytes. */
export function createTeamsPackage(
  parts: PackageParts,
  { appId, publicUrl }: PackageSettings,
  publisher: Publisher,
): Uint8Array {
  const template = Template.parse(JSON.parse(parts.manifest));
  const { version, developer: name, websiteUrl, privacyUrl, termsOfUseUrl } = publisher;
  const manifest = {
    ...template,
    version,
    id: appId,
    developer: { name, websiteUrl, privacyUrl, termsOfUseUrl },
    bots: [{ ...template.bots[0], botId: appId }],
    webApplicationInfo: { ...template.webApplicationInfo, id: appId },
    validDomains: [new URL(publicUrl).hostname],
  };
  return zipSync(
    {
      "manifest.json": new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`),
      [template.icons.color]: parts.color,
      [template.icons.outline]: parts.outline,
    },
    { mtime: zipTime(), level: 9 },
  );
}
