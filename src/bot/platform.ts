import type { FastifyInstance } from "fastify";
import type { Notice } from "../nouns/card.ts";
import type { Platform } from "../nouns/channel.ts";
import type { Request } from "../nouns/request.ts";
import type { Loop } from "../work/loop.ts";
import type { CommandDeps } from "./commands/command.ts";
import type { ChannelPort } from "./deliver/channel-port.ts";
import type { Directory } from "./people.ts";

/** A chat system behind our ports: cards go out by `channel`, people come in by `converse`. */
export interface ChatPlatform {
  readonly name: Platform;
  readonly channel: ChannelPort;
  readonly directory: Directory;
  readonly loops: readonly Loop[];
  /** Why it cannot be used now; undefined if it can. */
  trouble(): string | undefined;
  /** Adds its routes to the public server; to be awaited before that listens. */
  converse(server: FastifyInstance, conversation: CommandDeps): Promise<void>;
  /** Tells somebody privately what became of their request; somebody of another platform hears nothing. */
  tell(request: Request, said: Notice): Promise<void>;
}
