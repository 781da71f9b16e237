import type { Log } from "../log.ts";
import type { HttpRefusal, RefusalCode, RefusalContext } from "./http-refusal.ts";

export type LogRefusal = (
  refusal: Pick<HttpRefusal, "status" | "code" | "message">,
  context: RefusalContext,
) => void;

const windowMs = 10_000;
const linesPerWindow = 20;

interface Window {
  readonly startedAt: number;
  readonly lines: number;
  readonly suppressed: number;
}

/**
 * Logs refusals as warnings, at most 20 lines in 10 s for each code: a flood of wrong secrets fills no disk and hides
 * no other refusal. The first line after a flood says how many were left out.
 */
export function createRefusalLog(deps: { readonly log: Log; readonly now: () => number }): LogRefusal {
  const windows = new Map<RefusalCode, Window>();
  return (refusal, context) => {
    const now = deps.now();
    const last = windows.get(refusal.code);
    const fresh = last === undefined || now - last.startedAt >= windowMs || now < last.startedAt;
    const current: Window = fresh ? { startedAt: now, lines: 0, suppressed: last?.suppressed ?? 0 } : last;
    if (current.lines >= linesPerWindow) {
      windows.set(refusal.code, { ...current, suppressed: current.suppressed + 1 });
      return;
    }
    windows.set(refusal.code, { ...current, lines: current.lines + 1, suppressed: 0 });
    const { step = "receive", reason = refusal.message, ...rest } = context;
    const { status, code } = refusal;
    // Fields that are undefined are in no line.
    const suppressed = current.suppressed || undefined;
    deps.log.warn({ step, status, code, reason, ...rest, suppressed }, "request refused");
  };
}
