// Of ACR's schema for the details (docs/preview/quarantine/quarantine-details/schema.json); it is closed at the top,
// so who and why must go into the fields that exist.
const maxDescriptionCharacters = 1024;
// Not limited by the schema; kept to a line so that other tools can show it.
const maxStateCharacters = 200;
const summaryVersion = "0.0.1";

/** Who decided on a quarantined image and why. */
export interface QuarantineReview {
  readonly state: "Passed" | "Failed";
  /** How the person is shown, with the platform's id. */
  readonly by: string;
  readonly reason?: string;
}

/** The `quarantineDetails` of a verdict: the documented JSON as a string, within the limits of ACR's closed schema. */
export function buildQuarantineDetails(verdict: QuarantineReview): string {
  const done = verdict.state === "Passed" ? "released" : "rejected";
  const reason = plain(verdict.reason ?? "");
  const by = plain(verdict.by);
  return JSON.stringify({
    scanner: "acr-chatops",
    state: cut(`${done} by ${by}`, maxStateCharacters),
    result: {
      version: summaryVersion,
      summary: [],
      description: cut(reason === "" ? `${done} by ${by}` : `${by}: ${reason}`, maxDescriptionCharacters),
    },
  });
}

function plain(text: string): string {
  // Control and direction marks could make another tool show something else than was written.
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim();
}

// JSON Schema's maxLength counts characters (code points), not UTF-16 units.
function cut(text: string, limit: number): string {
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join("")}…`;
}
