import type { JSX } from "react";
import { useId } from "react";
import { BotAvatar } from "../avatar.tsx";
import { useFocusTrap } from "../modal/use-focus-trap.ts";
import type { TeamsDialog } from "./teams-world.ts";
import { useDialog } from "./use-dialog.ts";

type Props = { dialog: TeamsDialog; refresh: () => Promise<void> };

/** The dialog (task module) that Teams shows a person. */
export function Dialog({ dialog, refresh }: Props): JSX.Element {
  const form = useDialog(dialog, refresh);
  const box = useFocusTrap(() => void form.close());
  const titleId = useId();
  const cancel = (): void => void form.close();
  return (
    <div className="overlay teams-overlay">
      <div
        ref={box}
        className="teams-dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby={titleId}
        data-testid="teams-dialog"
        data-dialog={dialog.id}
      >
        <header className="teams-dialog-head">
          <BotAvatar size={28} />
          <h2 id={titleId}>{dialog.title}</h2>
          <button type="button" aria-label="Close" onClick={cancel}>
            <span aria-hidden="true">✕</span>
          </button>
        </header>
        <div className="teams-dialog-body dialog-body">
          <div className="teams-card-in-dialog" ref={form.place} />
          {Object.keys(form.problems).length > 0 && (
            <ul className="teams-problems" role="alert">
              {Object.entries(form.problems).map(([id, said]) => (
                <li key={id}>{said}</li>
              ))}
            </ul>
          )}
        </div>
        <footer className="teams-dialog-foot">
          <button type="button" className="teams-button" data-testid="teams-dialog-cancel" onClick={cancel}>
            {form.foot.length > 0 ? "Cancel" : "Close"}
          </button>
          {form.foot.map((button) => (
            <button
              key={button.testId}
              type="button"
              className="teams-button"
              data-style={button.style}
              data-testid={button.testId}
              aria-busy={form.pending}
              onClick={button.press}
            >
              {button.title}
            </button>
          ))}
        </footer>
      </div>
    </div>
  );
}
