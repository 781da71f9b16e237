import { z } from "zod";

const name = z.string().min(1).max(300);

/** What scripts and the page may ask of the demo, by path below /demo/api. */
export const requests = {
  "/registry/push": z.object({
    repository: name,
    tag: name.optional(),
    platforms: z.array(name).max(20).optional(),
    userAgent: z.string().max(500).optional(),
  }),
  "/registry/delete": z.object({ repository: name, tag: name.optional(), digest: name.optional() }),
  "/registry/quarantine-policy": z.object({ enabled: z.boolean() }),
  "/slack/click": z.object({
    channel: name.optional(),
    ts: name.optional(),
    viewId: name.optional(),
    actionId: name,
    user: name,
    value: z.string().max(3_000).optional(),
  }),
  "/slack/submit": z.object({
    viewId: name,
    user: name,
    values: z.record(z.string(), z.record(z.string(), z.unknown())),
  }),
  "/slack/close": z.object({ viewId: name, user: name }),
  "/slack/command": z.object({ channel: name, user: name, text: z.string().max(8_000) }),
  "/slack/fault": z.object({
    method: name,
    status: z.int().min(0).max(599),
    retryAfter: z.number().min(0).max(3_600).optional(),
    count: z.int().min(1).max(1_000).default(1),
    mode: z.enum(["before", "after", "hang"]).optional(),
  }),
} as const;
