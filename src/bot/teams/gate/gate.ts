import { jwtVerify } from "jose";
import type { TeamsConfig } from "../../../config/config.ts";
import { describeError } from "../../../errors.ts";
import type { SigningKeySource } from "../../../outgoing/signing-keys.ts";
import { ActivityEnvelope, isByPerson } from "../activity-envelope.ts";
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

/** An activity that may pass. */
export interface PassedActivity {
  readonly ok: true;
  /** Somebody of another tenant who spoke or pressed in a shared channel of ours: they are told that they can't. */
  readonly isForeign: boolean;
}

/** The channel whose activities we take, and for which a key must be endorsed. */
const teamsChannelId = "msteams";
/** learn.microsoft.com, "Authenticate requests from the Bot Connector service": "industry-standard clock-skew". */
const clockToleranceSeconds = 5 * 60;

/**
 * The gate before Teams' adapter, whose own checks have holes (platform-facts): only an activity of a place of our
 * tenant, out of Teams, signed by the Bot Framework for our app and for the very address that it names, goes on. It asks
 * no network and keeps nothing of what it refuses. 503: the key that signed it is not known yet.
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
    /** Whether the body is what such a token may bring. */
    checkActivity: (token: CheckedToken, activity: unknown): PassedActivity | GateRefusal =>
      checkActivity(activity, token, config),
  };
}
export type TeamsGate = ReturnType<typeof createTeamsGate>;

function checkActivity(
  activity: unknown,
  { serviceUrl }: CheckedToken,
  config: TeamsConfig,
): PassedActivity | GateRefusal {
  const parsed = ActivityEnvelope.safeParse(activity);
  if (!parsed.success)
    return refuse(`the activity has no usable ${parsed.error.issues[0]?.path.join(".") || "fields"}`);
  const { data } = parsed;
  if (data.channelId !== teamsChannelId) return refuse("the activity is not from Teams");
  if (!isSafeServiceUrl(data.serviceUrl)) return refuse("the activity's serviceUrl is not https");
  if (data.serviceUrl !== serviceUrl) return refuse("the token was made for another serviceUrl");
  return checkTenants(data, config.tenantId);
}

/** `channelData.tenant` is the sender's tenant, `conversation.tenantId` that of the team: shared channels differ. */
function checkTenants(activity: ActivityEnvelope, tenantId: string): PassedActivity | GateRefusal {
  const isOurs = (tenant: string | null | undefined) => tenant?.toLowerCase() === tenantId;
  const { type, channelData, conversation, from } = activity;
  const sender = channelData?.tenant?.id;
  if (sender === undefined) return refuse("the activity names no tenant");
  // Not in every event: some conversationUpdates have only channelData.
  const host = conversation.tenantId ?? undefined;
  if (host !== undefined && !isOurs(host)) return refuse("the conversation is of another tenant");
  const account = from?.tenantId ?? sender;
  if (isOurs(sender) && isOurs(account)) return { ok: true, isForeign: false };
  // Whoever is in a channel or chat of ours is answered; what only tells about places is not believed.
  const isShared = host !== undefined && conversation.conversationType !== "personal";
  return isByPerson(type) && isShared
    ? { ok: true, isForeign: true }
    : refuse("the sender is of another tenant");
}

function refuse(why: string): GateRefusal {
  return { ok: false, status: 401, why };
}
