/** What one holder has of a budget. */
export interface BudgetShare {
  /** Says how many bytes it holds now. */
  hold(bytes: number): void;
  release(): void;
}

/**
 * A budget of bytes that many hold at one time. What goes past it is taken from whoever has held some for longest, by
 * calling its `giveUp`: what is whole at once is never in the way of what comes slowly, only the other way round.
 */
export function createByteBudget(maxBytes: number) {
  // By the time of their first bytes, as a Map keeps them.
  const holders = new Map<BudgetShare, () => void>();
  let total = 0;
  return {
    open: (giveUp: () => void): BudgetShare => {
      let own = 0;
      const share: BudgetShare = {
        hold: (bytes) => {
          total += bytes - own;
          own = bytes;
          holders.set(share, giveUp);
          for (const [holder, takeBack] of holders) {
            if (total <= maxBytes) return;
            holder.release();
            takeBack();
          }
        },
        release: () => {
          total -= own;
          own = 0;
          holders.delete(share);
        },
      };
      return share;
    },
  };
}
export type ByteBudget = ReturnType<typeof createByteBudget>;
