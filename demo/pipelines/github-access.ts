import { createVerify, randomBytes } from "node:crypto";
import { type Call, json, type Reply } from "../shared/http-call.ts";
import { listIn, parseObject } from "../shared/json-object.ts";
import type { GithubOptions } from "./github-options.ts";

// GitHub's own limits of a JWT: ten minutes at most (docs.github.com, "Generating a JSON Web Token for a GitHub App").
const longestAssertionSeconds = 600;
const tokenLifeMs = 60 * 60_000;

/** Who calls, and what they may. */
export type Caller = { readonly name: string; readonly actions: "write" | "read" };

/** A refusal in GitHub's own form. */
export class GithubRefused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Knows tokens and the app: gives installation tokens, and says who a call is from. */
export function createGithubAccess(options: GithubOptions, now: () => number) {
  const issued = new Map<string, { readonly until: number; readonly actions: "write" | "read" }>();
  return {
    /** How many installation tokens were given. */
    issuedTokens: () => issued.size,
    /** Makes every token that was given invalid, as a removed installation does. */
    revoke: () => issued.clear(),
    /** `POST /app/installations/{id}/access_tokens` */
    async give(call: Call, installationId: string): Promise<Reply> {
      const { app } = options;
      if (app === undefined) throw new GithubRefused(404, "Integration not found");
      verifyAssertion(bearerOf(call), app, Math.floor(now() / 1_000));
      if (installationId !== app.installationId) throw new GithubRefused(404, "Not Found");
      const wanted = parseObject((await call.readBody(65_536)).toString("utf8")) ?? {};
      const repositories = listIn(wanted, "repositories");
      const known = options.repository.split("/").at(-1);
      if (repositories.some((name) => name !== known))
        throw new GithubRefused(
          422,
          "There is at least one repository that does not exist or is not accessible",
        );
      const { permissions = {} } = wanted;
      const token = `ghs_${randomBytes(18).toString("hex")}`;
      const actions = JSON.stringify(permissions).includes('"actions":"write"') ? "write" : "read";
      issued.set(token, { until: now() + tokenLifeMs, actions });
      return json(201, { token, expires_at: new Date(now() + tokenLifeMs).toISOString(), permissions });
    },
    /** Throws 401 for a token that is not known or has ended. */
    callerOf(call: Call): Caller {
      const token = bearerOf(call);
      const tokens = options.tokens ?? {};
      const personal = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
      if (personal !== undefined) return { name: personal, actions: personal };
      const ours = issued.get(token);
      if (ours === undefined || now() >= ours.until) throw new GithubRefused(401, "Bad credentials");
      return { name: "app", actions: ours.actions };
    },
  };
}

function bearerOf({ headers }: Call): string {
  const token = /^(?:Bearer|token) (.+)$/.exec(headers.authorization ?? "")?.[1];
  if (token === undefined) throw new GithubRefused(401, "Requires authentication");
  return token;
}

function verifyAssertion(
  jwt: string,
  app: { readonly appId: string; readonly publicKey: string },
  nowSeconds: number,
): void {
  const [head = "", payload = "", signature = ""] = jwt.split(".");
  const verify = createVerify("RSA-SHA256").update(`${head}.${payload}`);
  if (!verify.verify(app.publicKey, Buffer.from(signature, "base64url")))
    throw new GithubRefused(401, "A JSON web token could not be decoded");
  const claims: { iss?: unknown; iat?: unknown; exp?: unknown } = JSON.parse(
    Buffer.from(payload, "base64url").toString("utf8"),
  );
  if (String(claims.iss) !== app.appId) throw new GithubRefused(401, "'Issuer' claim ('iss') is unknown");
  const issuedAt = Number(claims.iat);
  const expiresAt = Number(claims.exp);
  if (issuedAt > nowSeconds) throw new GithubRefused(401, "'Issued at' claim ('iat') is in the future");
  if (expiresAt <= nowSeconds || expiresAt > nowSeconds + longestAssertionSeconds)
    throw new GithubRefused(401, "'Expiration time' claim ('exp') is too far in the future");
}
