import type { TokenCredential } from "@azure/core-auth";
import { z } from "zod";
import { AzureRefusal, type RefusalStep, type RefusingAnswer } from "../../azure/azure-refusal.ts";
import { keepNewest } from "../../work/keep-newest.ts";
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

export type AcrTokens = ReturnType<typeof createAcrTokens>;

/**
 * The registry's own tokens, by the protocol of Azure/acr docs/AAD-OAuth.md:
 * 1. Entra token for `audience`; 2. `/oauth2/exchange` makes it a refresh token; 3. `/oauth2/token` makes that an access
 * token for one scope. One exchange serves all scopes: clients that exchange for each call meet 429 after some twenty
 * (Azure/azure-cli#24886).
 */
export function createAcrTokens(deps: {
  readonly credential: TokenCredential;
  readonly audience: string;
  readonly sendForm: SendForm;
  readonly now: () => number;
}) {
  const { now, sendForm } = deps;
  let refresh: { readonly service: string; readonly token: Token } | undefined;
  const access = new Map<string, Token>();
  const underWay = new Map<string, Promise<Token>>();
  let throttled: { readonly until: number; readonly refusal: AzureRefusal } | undefined;

  async function post(
    step: RefusalStep,
    path: string,
    form: Readonly<Record<string, string>>,
  ): Promise<string> {
    if (throttled !== undefined && now() < throttled.until) throw throttled.refusal;
    const answer = await sendForm(path, form, AbortSignal.timeout(tokenCallDeadlineMs));
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const refusal = new AzureRefusal(step, answer);
    if (refusal.status === 429) throttled = { until: now() + (refusal.retryAfterMs ?? 0), refusal };
    throw refusal;
  }

  async function exchange(service: string): Promise<Token> {
    const signal = AbortSignal.timeout(tokenCallDeadlineMs);
    const entra = await untilAborted(
      deps.credential.getToken(`${deps.audience}/.default`, { abortSignal: signal }),
      signal,
    );
    if (entra === null) throw new Error("The identity gave no token.");
    const form = { grant_type: "access_token", service, access_token: entra.token };
    const answer = RefreshAnswer.parse(JSON.parse(await post("exchange", "/oauth2/exchange", form)));
    const token = { text: answer.refresh_token, expiresAt: expiryOf(answer.refresh_token, now()) };
    refresh = { service, token };
    return token;
  }

  async function refreshToken(service: string): Promise<Token> {
    if (refresh?.service === service && now() < refresh.token.expiresAt - refreshEarlyMs)
      return refresh.token;
    return once(`exchange ${service}`, () => exchange(service));
  }

  async function fetchAccess(service: string, scope: string): Promise<Token> {
    const { text } = await refreshToken(service);
    const form = { grant_type: "refresh_token", service, scope, refresh_token: text };
    const body = await post("token", "/oauth2/token", form).catch((error: unknown) => {
      // A refresh token that is no longer taken is not used again.
      if (error instanceof AzureRefusal && error.status === 401) refresh = undefined;
      throw error;
    });
    const answer = AccessAnswer.parse(JSON.parse(body));
    const token = { text: answer.access_token, expiresAt: expiryOf(answer.access_token, now()) };
    keepNewest(access, scope, token, maxAccessTokens);
    return token;
  }

  // Many calls that need the same token wait for one request.
  function once(key: string, make: () => Promise<Token>): Promise<Token> {
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const started = make().finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  }

  return {
    /** The token for a scope that is at hand, without any call. */
    findAccessToken(scope: string): string | undefined {
      const token = access.get(scope);
      return token !== undefined && now() < token.expiresAt - accessEarlyMs ? token.text : undefined;
    },
    /** A new token for a scope; fails with a Refusal or with what the credential threw. */
    async fetchAccessToken(service: string, scope: string): Promise<string> {
      return (await once(`token ${service} ${scope}`, () => fetchAccess(service, scope))).text;
    },
  };
}

const RefreshAnswer = z.object({ refresh_token: z.string().min(1) });
const AccessAnswer = z.object({ access_token: z.string().min(1) });
const Claims = z.object({ exp: z.number() });

/** When a JWT ends, in ms; not verified, as only the registry itself can. A minute from now if it does not say. */
function expiryOf(jwt: string, nowMs: number): number {
  try {
    const payload = Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8");
    return Claims.parse(JSON.parse(payload)).exp * 1000;
  } catch {
    // Not a JWT: nothing in the protocol says that it must be one.
    return nowMs + defaultLifeMs;
  }
}
