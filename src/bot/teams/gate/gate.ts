import { jwtVerify } from "jose";
import type { TeamsConfig } from "../../../config/config.ts";
import { describeError } from "../../../errors.ts";
import type { SigningKeySource } from "../../../outgoing/signing-keys.ts";
import { ActivityEnvelope } from "../activity-envelope.ts";
import { isSafeServiceUrl } from "../service-url.ts";
import { readClaimed } from "./claimed-token.ts";

/** `why` is for the operator's log; the caller is not told. */
interface GateRefusal {
  readonly ok: false;
  readonly status: 401 | 503;
  readonly why: string;
}

/** A token whose signature is right. */
export interface CheckedToken {
  readonly ok: true;
  /** The one address that it was made for. */
  readonly serviceUrl: string;
}

/** The channel whose activities we take, and for which a key must be endorsed. */
const teamsChannelId = "msteams";
/** learn.microsoft.com, "Authenticate requests from the Bot Connector service": "industry-standard clock-skew". */
const clockToleranceSeconds = 5 * 60;

/**
 * The gate before Teams' adapter, whose own checks have holes (platform-facts): only an activity of our tenant, out of
 * Teams, signed by the Bot Framework for our app and for the very address that it names, goes on. It asks no network
 * and keeps nothing of what it refuses. 503: the key that signed it is not known yet.
 */
export function createTeamsGate(deps: {
  readonly config: TeamsConfig;
  readonly keys: SigningKeySource;
  readonly now: () => number;
}) {
  const { config } = deps;
  return {
    /** Whether the token is one of the Bot Framework for this bot: asked before the body is read. */
    checkToken: async (authorization: string | undefined): Promise<CheckedToken | GateRefusal> => {
      const claimed = readClaimed(authorization, config);
      if (!claimed.ok) return refuse(claimed.why);
      const key = deps.keys.find(config.openIdMetadataUrl, claimed.keyId);
      if (key === undefined || key === "unknown-yet")
        return { ok: false, status: 503, why: "the key that signed the token is not known yet" };
      if (!key.endorsements.includes(teamsChannelId)) return refuse("its key is not endorsed for Teams");
      try {
        await jwtVerify(claimed.token, key.getKey, {
          algorithms: ["RS256"],
          issuer: config.tokenIssuer,
          requiredClaims: ["exp", "iss", "aud", "serviceurl"],
          clockTolerance: clockToleranceSeconds,
          currentDate: new Date(deps.now()),
        });
        return { ok: true, serviceUrl: claimed.serviceUrl };
      } catch (error) {
        // jose's messages name the claim or the check, never the token.
        return refuse(`the token is refused: ${describeError(error)}`);
      }
    },
    /** Whether the body is what such a token may bring; undefined: it may pass. */
    checkActivity: (token: CheckedToken, activity: unknown): GateRefusal | undefined => {
      const problem = findActivityProblem(activity, token, config);
      return problem === undefined ? undefined : refuse(problem);
    },
  };
}
export type TeamsGate = ReturnType<typeof createTeamsGate>;

function findActivityProblem(
  activity: unknown,
  { serviceUrl }: CheckedToken,
  config: TeamsConfig,
): string | undefined {
  const parsed = ActivityEnvelope.safeParse(activity);
  if (!parsed.success)
    return `the activity has no usable ${parsed.error.issues[0]?.path.join(".") || "fields"}`;
  const { data } = parsed;
  if (data.channelId !== teamsChannelId) return "the activity is not from Teams";
  if (!isSafeServiceUrl(data.serviceUrl)) return "the activity's serviceUrl is not https";
  if (data.serviceUrl !== serviceUrl) return "the token was made for another serviceUrl";
  return findForeignTenant(data, config.tenantId);
}

/** `channelData.tenant` is the sender's tenant, `conversation.tenantId` that of the team: shared channels differ. */
function findForeignTenant(activity: ActivityEnvelope, tenantId: string): string | undefined {
  const ours = (tenant: string) => tenant.toLowerCase() === tenantId;
  const sender = activity.channelData?.tenant?.id;
  if (sender === undefined) return "the activity names no tenant";
  if (!ours(sender)) return "the sender is of another tenant";
  // Not in every event: some conversationUpdates have only channelData.
  const host = activity.conversation.tenantId ?? undefined;
  if (host !== undefined && !ours(host)) return "the conversation is of another tenant";
  const account = activity.from?.tenantId ?? undefined;
  if (account !== undefined && !ours(account)) return "the sender's account is of another tenant";
  return undefined;
}

function refuse(why: string): GateRefusal {
  return { ok: false, status: 401, why };
}
