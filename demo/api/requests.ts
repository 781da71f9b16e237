import { z } from "zod";
import type { FormValues } from "../slack/form-values.ts";

const name = z.string().min(1).max(300);

/** What scripts and the page may ask of the demo. */
export const requests = {
  push: z.object({
    repository: name,
    tag: name.optional(),
    platforms: z.array(name).max(20).optional(),
    userAgent: z.string().max(500).optional(),
    /** Whoever runs it sees it crash. */
    broken: z.boolean().optional(),
  }),
  remove: z.object({ repository: name, tag: name.optional(), digest: name.optional() }),
  quarantinePolicy: z.object({ enabled: z.boolean() }),
  click: z.object({
    channel: name.optional(),
    ts: name.optional(),
    viewId: name.optional(),
    actionId: name,
    user: name,
    value: z.string().max(3_000).optional(),
  }),
  submit: z.object({
    viewId: name,
    user: name,
    values: z.custom<FormValues>((value) => isNested(value), {
      error: "must be as in Slack's view.state.values",
    }),
  }),
  close: z.object({ viewId: name, user: name }),
  command: z.object({ channel: name, user: name, text: z.string().max(8_000) }),
  teamsClick: z.object({
    conversation: name,
    id: name,
    verb: name.optional(),
    data: z.record(z.string(), z.unknown()).optional(),
    user: name,
  }),
  teamsSubmit: z.object({
    dialogId: name,
    user: name,
    values: z.record(z.string(), z.string().max(8_000)),
    verb: name.optional(),
  }),
  teamsClose: z.object({ dialogId: name, user: name }),
  teamsMessage: z.object({
    conversation: name,
    user: name,
    text: z.string().max(8_000),
    threadOf: name.optional(),
  }),
  fault: z.object({
    method: name,
    status: z.int().min(0).max(599),
    retryAfter: z.number().min(0).max(3_600).optional(),
    count: z.int().min(1).max(1_000).default(1),
    mode: z.enum(["before", "after", "hang"]).optional(),
  }),
} as const;

const Nested = z.record(z.string(), z.record(z.string(), z.unknown()));

function isNested(value: unknown): boolean {
  return Nested.safeParse(value).success;
}
