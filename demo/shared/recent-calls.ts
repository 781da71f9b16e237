// A demo may run for days; what a test needs fits in the last thousands.
const keptCalls = 5000;

/** The calls received, oldest first; the oldest fall out beyond `keptCalls`. */
export function createRecentCalls<Call extends { readonly method: string }>() {
  const calls: Call[] = [];
  return {
    add(call: Call): void {
      calls.push(call);
      if (calls.length > keptCalls) calls.shift();
    },
    /** Calls of one method, or all. */
    of: (method?: string): readonly Call[] =>
      method === undefined ? [...calls] : calls.filter((call) => call.method === method),
  };
}
