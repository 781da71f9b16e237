import type { JSX, ReactNode } from "react";
import { useState } from "react";

/** The replies under a message: open until somebody folds them away. */
export function Thread({ count, children }: { count: number; children: ReactNode }): JSX.Element {
  const [open, setOpen] = useState(true);
  return (
    <div className="thread">
      <button type="button" className="thread-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="chevron" aria-hidden="true" data-open={open} />
        {count === 1 ? "1 reply" : `${count} replies`}
      </button>
      {open && <div className="thread-replies">{children}</div>}
    </div>
  );
}
