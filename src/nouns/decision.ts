/** An answer of `policy/decide`, with the rule that gave it. */
export type Decision =
  | { readonly outcome: "allowed"; readonly rule: string }
  | { readonly outcome: "observed"; readonly rule: string }
  | { readonly outcome: "refused"; readonly rule: string; readonly why: string; readonly help: string };
