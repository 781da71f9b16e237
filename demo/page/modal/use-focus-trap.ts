import type { RefObject } from "react";
import { useEffect, useRef } from "react";

const focusable =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled)";
const firstField = ".dialog-body :is(input, select, textarea)";

// A confirmation may stand above a dialog; only the last one opened has the keyboard.
const open: HTMLElement[] = [];

/** Keeps the keyboard inside a dialog while it is open, beginning at its first field, calls `onEscape` for Escape,
 * and gives the focus back when the dialog closes. */
export function useFocusTrap(onEscape: () => void): RefObject<HTMLDivElement> {
  const dialog = useRef<HTMLDivElement>(null);
  const latest = useRef(onEscape);
  latest.current = onEscape;
  useEffect(() => {
    const box = dialog.current;
    if (!box) return;
    const before = document.activeElement;
    const inside = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>(focusable)];
    open.push(box);
    (box.querySelector<HTMLElement>(firstField) ?? inside()[0])?.focus();
    // On the document, as a click beside the fields leaves the focus on the body.
    const onKey = (event: KeyboardEvent): void => {
      if (open.at(-1) !== box) return;
      if (event.key === "Escape") {
        event.stopImmediatePropagation();
        latest.current();
      } else if (event.key === "Tab") {
        turn(event, box, inside());
      }
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      open.splice(open.indexOf(box), 1);
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return dialog;
}

function turn(event: KeyboardEvent, box: HTMLElement, inside: readonly HTMLElement[]): void {
  const edge = event.shiftKey ? inside[0] : inside.at(-1);
  const now = document.activeElement;
  if (now !== edge && box.contains(now)) return;
  event.preventDefault();
  (event.shiftKey ? inside.at(-1) : inside[0])?.focus();
}
