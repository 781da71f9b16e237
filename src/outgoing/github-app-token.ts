import { createPrivateKey, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { z } from "zod";
import { ChatopsError } from "../errors.ts";
import { shareCalls } from "../work/share-calls.ts";
import type { GuardedClient, OutgoingAnswer } from "./guarded-client.ts";
import { jsonOrNothing } from "./json-or-nothing.ts";
import { NotTaken } from "./not-taken.ts";

// GitHub takes 10 minutes at most, and asks for a minute back against clocks that differ (docs.github.com, "Generating a
// JSON Web Token for a GitHub App").
const assertionSeconds = 9 * 60;
const clockDriftSeconds = 60;
// Installation tokens live for an hour; one that is about to end is not begun with.
const spareMs = 5 * 60_000;

const Issued = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) });

export interface GithubApp {
  readonly apiUrl: string;
  readonly appId: string;
  readonly installationId: string;
  /** PEM, PKCS#1 as GitHub gives it, or PKCS#8. */
  readonly privateKey: string;
  /** Name of the only repository that the tokens are for, without its owner. */
  readonly repository: string;
}

interface TokenDeps {
  readonly app: GithubApp;
  readonly client: GuardedClient;
  /** Ms since the epoch. */
  readonly now: () => number;
  readonly refused: (answer: OutgoingAnswer) => ChatopsError;
}

/**
 * Gives tokens of a GitHub App's installation for one repository, with the right to run workflows and nothing wider;
 * each is kept until it is about to end, or until `forget`. `refused` says what an answer other than 201 means.
 */
export function createGithubAppToken(deps: TokenDeps) {
  let kept: { readonly token: string; readonly until: number } | undefined;
  const share = shareCalls<string>();
  return {
    /** Throws `config-invalid` for a key that cannot be read. */
    async get(signal: AbortSignal): Promise<string> {
      if (kept !== undefined && deps.now() < kept.until) return kept.token;
      return await share(deps.app.installationId, async () => {
        const issued = await issue(deps, signal);
        kept = { token: issued.token, until: Date.parse(issued.expires_at) - spareMs };
        return issued.token;
      });
    },
    /** After a 401: the next call asks for a new one. */
    forget(): void {
      kept = undefined;
    },
  };
}

async function issue({ app, client, now, refused }: TokenDeps, signal: AbortSignal) {
  const url = `${app.apiUrl}/app/installations/${encodeURIComponent(app.installationId)}/access_tokens`;
  const headers = {
    Authorization: `Bearer ${await assertionOf(app, now())}`,
    Accept: "application/vnd.github+json",
    "Content-Type": "application/json",
    "X-GitHub-Api-Version": "2022-11-28",
  };
  const body = JSON.stringify({ repositories: [app.repository], permissions: { actions: "write" } });
  const answer = await client.send({ method: "POST", url, headers, body }, signal);
  if (answer.status !== 201) throw refused(answer);
  const issued = Issued.safeParse(jsonOrNothing(answer.body));
  if (issued.success) return issued.data;
  throw new NotTaken("target-answer-unusable", "GitHub answered without a token of the installation.");
}

async function assertionOf(app: GithubApp, nowMs: number): Promise<string> {
  const nowSeconds = Math.floor(nowMs / 1_000);
  return await new SignJWT()
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setIssuer(app.appId)
    .setIssuedAt(nowSeconds - clockDriftSeconds)
    .setExpirationTime(nowSeconds + assertionSeconds)
    .sign(keyOf(app.privateKey));
}

function keyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says of a key is of no use, and may quote it.
    throw new ChatopsError(
      "config-invalid",
      "The private key of the GitHub App cannot be read; PEM is needed.",
    );
  }
}
