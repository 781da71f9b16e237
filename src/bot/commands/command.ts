import type { Config } from "../../config/config.ts";
import type { ArtifactKey } from "../../nouns/artifact.ts";
import { type Notice, notice } from "../../nouns/card.ts";
import type { ChannelId } from "../../nouns/channel.ts";
import type { Principal } from "../../nouns/principal.ts";
import type { Wish } from "../../nouns/request.ts";
import type { Plan } from "../../operations/target-port.ts";
import type { Known } from "../../policy/roles.ts";
import type { RegistryAccess } from "../../registry/registries.ts";
import type { ClickDeps } from "../converse/conversation.ts";
import type { PersonLimit } from "../converse/person-limit.ts";
import { Misused } from "./typed/misused.ts";
import type { Arguments, OptionName } from "./typed/read-options.ts";

/** What commands may use. Reading goes to the store or the registry, acting only through `orders`. */
export interface CommandDeps extends ClickDeps {
  /** For reading only: what changes something goes through `orders`. */
  readonly accessTo: (registry: string) => Pick<RegistryAccess, "reader" | "management">;
  /** Makes an artifact known that no event has told of, by reading the registry; false: it has none. */
  readonly discover: (image: ArtifactKey & { readonly tag?: string }) => Promise<boolean>;
  /** Asks the registry anew about one that is known, and its tag; where it gives no answer, all stays as it was. */
  readonly lookAgain: (image: ArtifactKey & { readonly tag?: string }) => Promise<void>;
  /** What a wish would change, read from its target now; undefined: it has none that I know. */
  readonly planOf: (wish: Wish, askedBy: Principal, signal: AbortSignal) => Promise<Plan | undefined>;
  /** A ping is a write in ARM's quota, which a whole subscription shares (1,200 an hour). */
  readonly pingLimit: PersonLimit;
}

/** One command as somebody typed it, and what it may use. */
export interface CommandCall extends CommandDeps {
  readonly known: Known;
  readonly channel: ChannelId;
  /** The platform's own id of the request. */
  readonly requestId: string;
  /** Whether we can post where it was typed; absent: we can. */
  readonly canPost?: () => Promise<boolean>;
  /** What was typed after the command's name, without options and without the reason that `because` introduced. */
  readonly words: readonly string[];
  /** The same, with what was quoted, what was asked for by options, and the reason. */
  readonly typed: Arguments;
  /** How the command is called here: `/acr`. */
  readonly prefix: string;
  /** The speaker's zone of the IANA database; undefined: not known. */
  readonly timeZone: string | undefined;
  readonly signal: AbortSignal;
}

/** An answer: private, unless it tells of a change that concerns everybody there and shows on no card. */
export type Answer = Notice & { readonly isPublic?: true };

/** What a command is: how it is written, what it does in one line, and the doing. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  /** Options that it takes besides its words. */
  readonly options?: readonly OptionName[];
  /** It changes something: whoever typed another word is not led to it. */
  readonly acts?: true;
  /** Whether help names it to somebody; absent: to everybody. Whether they may is decided when it is run. */
  readonly isFor?: (known: Known, config: Config) => boolean;
  /** Throws what ends it early: `Misused`, `Instead`, or a ChatopsError. */
  run(call: CommandCall): Promise<Answer>;
}

/** Thrown: nothing is done, and this is the answer. */
export class Instead extends Error {
  readonly answer: Notice;

  constructor(icon: string, lines: Parameters<typeof notice>[2]) {
    super("answered");
    this.answer = notice("warning", icon, lines);
  }
}

/** The one word that a command takes; throws `Misused` with the question if it is none or more. */
export function onlyWord({ words }: CommandCall, question: string): string {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0) throw new Misused(question);
  return word;
}
