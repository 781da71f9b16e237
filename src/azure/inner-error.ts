import { z } from "zod";
import { jsonOrNothing } from "../outgoing/json-or-nothing.ts";
import { safeText } from "../outgoing/safe-text.ts";

// Deployments nest the provider's own answer as JSON in a message; three levels are usual.
const deepest = 6;
const longestNested = 32 * 1024;

const text = z.string().optional().catch(undefined);
const Fault = z.object({
  code: text,
  message: text,
  details: z.array(z.unknown()).max(100).optional().catch(undefined),
});
type ArmFault = z.infer<typeof Fault>;
const Nested = z.object({ error: Fault });

/**
 * The cause at the bottom of an ARM error, `code: message`, cut for showing; `depth` 0 is the outer error itself. Looks
 * through `details` and through messages that are JSON themselves. Undefined if there is no ARM error.
 */
export function innermostError(body: unknown): { readonly text: string; readonly depth: number } | undefined {
  const parsed = Nested.safeParse(body);
  if (!parsed.success) return undefined;
  let fault: ArmFault = parsed.data.error;
  let depth = 0;
  for (; depth < deepest; depth += 1) {
    const inner = innerOf(fault);
    if (inner === undefined) break;
    fault = inner;
  }
  const words = [fault.code, fault.message].filter((part) => part !== undefined && part !== "");
  return { text: safeText(words.join(": ")), depth };
}

function innerOf(fault: ArmFault): ArmFault | undefined {
  const nested = nestedIn(fault.message);
  if (nested !== undefined) return nested;
  // The first one that says anything: a deployment stops at its first failures, and there is room for one.
  for (const detail of fault.details ?? []) {
    const parsed = Fault.safeParse(detail);
    if (parsed.success && (parsed.data.message ?? parsed.data.code) !== undefined) return parsed.data;
  }
  return undefined;
}

function nestedIn(message: string | undefined): ArmFault | undefined {
  if (message === undefined || message.length > longestNested || !message.trimStart().startsWith("{"))
    return undefined;
  return Nested.safeParse(jsonOrNothing(message)).data?.error;
}
