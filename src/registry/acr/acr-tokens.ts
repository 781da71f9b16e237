import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { AzureRefusal, type RefusingAnswer } from "../../azure/azure-refusal.ts";
import { jsonOrNothing } from "../../outgoing/json-or-nothing.ts";
import { keepNewest } from "../../work/keep-newest.ts";
import { shareCalls } from "../../work/share-calls.ts";
import { untilAborted } from "../../work/within.ts";

// As the SDK does it: "refresh 5 minutes before exp" (acr-facts 4.1).
const refreshEarlyMs = 5 * 60_000;
// An access token is used until shortly before its end, so that it does not run out on the way.
const accessEarlyMs = 60_000;
// The distribution project's token specification: a token that does not say how long it lives, lives 60 s.
const defaultLifeMs = 60_000;
const tokenCallDeadlineMs = 10_000;
// Scopes are one per repository and verb; the oldest goes.
const maxAccessTokens = 500;

interface Token {
  readonly text: string;
  readonly expiresAt: number;
}

/** Sends a form to a path of the registry's own host, without authorization. */
export type SendForm = (
  path: string,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<RefusingAnswer>;

interface TokenDeps {
  readonly credential: TokenCredential;
  readonly audience: string;
  readonly sendForm: SendForm;
  readonly now: () => number;
}

/**
 * The registry's own tokens, by the protocol of Azure/acr docs/AAD-OAuth.md:
 * 1. Entra token for `audience`; 2. `/oauth2/exchange` makes it a refresh token; 3. `/oauth2/token` makes that an access
 * token for one scope. One exchange serves all scopes: clients that exchange for each call meet 429 after some twenty
 * (Azure/azure-cli#24886).
 */
export class AcrTokens {
  readonly #deps: TokenDeps;
  readonly #access = new Map<string, Token>();
  // Many calls that need the same token wait for one request.
  readonly #share = shareCalls<Token>();
  #refresh: { readonly service: string; readonly token: Token } | undefined;
  #throttled: { readonly until: number; readonly refusal: AzureRefusal } | undefined;

  constructor(deps: TokenDeps) {
    this.#deps = deps;
  }

  /** The token for a scope that is at hand, without any call. */
  findAccessToken(scope: string): string | undefined {
    const token = this.#access.get(scope);
    return token !== undefined && this.#deps.now() < token.expiresAt - accessEarlyMs ? token.text : undefined;
  }

  /** A new token for a scope; fails with a Refusal or with what the credential threw. */
  async fetchAccessToken(service: string, scope: string): Promise<string> {
    const fetch = () => this.#fetchAccess(service, scope);
    return (await this.#share(`token ${service} ${scope}`, fetch)).text;
  }

  async #fetchAccess(service: string, scope: string): Promise<Token> {
    const { text } = await this.#refreshToken(service);
    const form = { grant_type: "refresh_token", service, scope, refresh_token: text };
    const body = await this.#post("token", form).catch((error: unknown) => {
      // A refresh token that is no longer taken is not used again.
      if (error instanceof AzureRefusal && error.status === 401) this.#refresh = undefined;
      throw error;
    });
    const token = tokenOf(AccessAnswer.parse(JSON.parse(body)).access_token, this.#deps.now());
    keepNewest(this.#access, scope, token, maxAccessTokens);
    return token;
  }

  async #refreshToken(service: string): Promise<Token> {
    const { service: of, token } = this.#refresh ?? {};
    const isGood = token !== undefined && this.#deps.now() < token.expiresAt - refreshEarlyMs;
    if (of === service && isGood) return token;
    return await this.#share(`exchange ${service}`, () => this.#exchange(service));
  }

  async #exchange(service: string): Promise<Token> {
    const { credential, audience, now } = this.#deps;
    const signal = AbortSignal.timeout(tokenCallDeadlineMs);
    const getting = credential.getToken(`${audience}/.default`, { abortSignal: signal });
    const entra = await untilAborted(getting, signal);
    if (entra === null) throw new Error("The identity gave no token.");
    const form = { grant_type: "access_token", service, access_token: entra.token };
    const answer = RefreshAnswer.parse(JSON.parse(await this.#post("exchange", form)));
    const token = tokenOf(answer.refresh_token, now());
    this.#refresh = { service, token };
    return token;
  }

  async #post(step: "exchange" | "token", form: Readonly<Record<string, string>>): Promise<string> {
    const { now, sendForm } = this.#deps;
    if (this.#throttled !== undefined && now() < this.#throttled.until) throw this.#throttled.refusal;
    const answer = await sendForm(`/oauth2/${step}`, form, AbortSignal.timeout(tokenCallDeadlineMs));
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const refusal = new AzureRefusal(step, answer);
    if (refusal.status === 429) this.#throttled = { until: now() + (refusal.retryAfterMs ?? 0), refusal };
    throw refusal;
  }
}

const RefreshAnswer = z.object({ refresh_token: z.string().min(1) });
const AccessAnswer = z.object({ access_token: z.string().min(1) });
const Claims = z.object({ exp: z.number() });

/** A JWT ends when it says so, which only the registry itself can verify; a minute from now if it does not say. */
function tokenOf(jwt: string, nowMs: number): Token {
  const payload = Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8");
  // What is no JWT: nothing in the protocol says that it must be one.
  const claims = Claims.safeParse(jsonOrNothing(payload));
  return { text: jwt, expiresAt: claims.success ? claims.data.exp * 1000 : nowMs + defaultLifeMs };
}
