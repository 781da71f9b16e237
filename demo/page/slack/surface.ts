import type { JSX } from "react";
import type { Block, Field } from "../block-kit.ts";

/** What a block needs from where it stands: how to send a click, and how to draw a field that holds a value. */
export type Surface = {
  readonly click: (action: { readonly actionId: string; readonly value?: string }) => Promise<void>;
  readonly field?: (blockId: string, field: Field) => JSX.Element;
  readonly input?: (block: Extract<Block, { type: "input" }>, blockId: string) => JSX.Element;
};
