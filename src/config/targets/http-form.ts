import { targetUrlProblem } from "../address.ts";
import * as part from "../parts/schema-parts.ts";
import { lengthProblem } from "../parts/secret-problem.ts";
import { ofText } from "../read/finding.ts";
import { targetMapping } from "./schema-target-base.ts";
import {
  anotherSystem,
  isLongEnoughToHide,
  none,
  ownKeysOf,
  sharesPlaces,
  type TargetForm,
} from "./target-form.ts";

/** 16 characters of a random alphabet are more than 64 bits; whoever guesses the key may order deploys. */
const minKeyLength = 16;

const schema = targetMapping("http", "Any other system, by a signed POST.", {
  url: part.address.describe("Where the POST goes."),
  secret: part.secret.describe("Key of the signature, of at least 16 characters."),
  privateNetwork: part.yesOrNo
    .default(false)
    .describe("Whether the address may lie in a private network; never where machines keep metadata."),
});

/** Any other system, by a signed POST. */
export const httpForm: TargetForm<"http", typeof schema> = {
  schema,
  otherNames: ["https", "webhook"],
  ...anotherSystem,
  seesHealth: true,
  // A key may stand in the query.
  hiddenKeys: ["secret", "url"],
  secrets: ({ url, secret }) => [secret, ...keysIn(url)],
  withoutSecrets: ({ url, secret: _, ...rest }) => ({ ...rest, url: withoutKeys(url) }),
  check: ({ value }) => [
    ...ofText(value, ["secret"], (text) => lengthProblem(text, minKeyLength)),
    ...ofText(value, ["url"], targetUrlProblem),
  ],
  advise: none,
  ...sharesPlaces,
  files: none,
  resolve: ownKeysOf,
};

// Logic Apps and Functions take a key in the query.
function keysIn(address: string): readonly string[] {
  const { search, searchParams } = new URL(address);
  return search === "" ? [] : [address, search, ...searchParams.values()].filter(isLongEnoughToHide);
}

/** The address with the names in its query, and without their values; what has no value is a key itself. */
function withoutKeys(address: string): string {
  const url = new URL(address);
  url.search = [...url.searchParams].flatMap(([name, value]) => (value === "" ? [] : [name])).join("&");
  return url.href;
}
