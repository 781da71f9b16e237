import type { Rules } from "../../src/policy/question.ts";
import { rollbackRows } from "./decide-back.ts";
import { againRows, glassNever, glassPasses } from "./decide-glass.ts";
import { type Expected, onceApproved, type Row } from "./decide-rows.ts";
import { artifactRows, lineRows, placementRows } from "./decide-what.ts";
import { freezeRows, lockRows, soakRows } from "./decide-when.ts";
import { membershipRows, modeRows, reviewRows, roleRows } from "./decide-who.ts";
import { type Change, onProduction } from "./questions.ts";

/** One question with its answer. `rules` is what the configuration has otherwise. */
export interface Case {
  readonly what: string;
  readonly change: Change;
  readonly expected: Expected;
  readonly rules: Partial<Rules>;
}

const topics: readonly (readonly [topic: string, rows: readonly Row[]])[] = [
  ["membership", membershipRows],
  ["mode", modeRows],
  ["roles", roleRows],
  ["the image", artifactRows],
  ["what runs", placementRows],
  ["reviews", reviewRows],
  ["what is under way", lineRows],
  ["locks and the kill switch", lockRows],
  ["freezes", freezeRows],
  ["soak", soakRows],
  ["roll backs", rollbackRows],
  ["approvals", [["a deploy to production", onProduction(), onceApproved]]],
  ["break-glass goes past", glassPasses],
  ["break-glass never goes past", glassNever],
  ["decided again", againRows],
];

/** Every rule that decides on a wish, by topic, with what it allows and what it refuses. */
export const table: readonly { readonly topic: string; readonly cases: readonly Case[] }[] = topics.map(
  ([topic, rows]) => ({
    topic,
    cases: rows.map(([what, change, expected, rules = {}]) => ({ what, change, expected, rules })),
  }),
);
