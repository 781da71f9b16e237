/** An answer of `policy/decide`, with the rule that gave it. */
export type Decision =
  | { readonly outcome: "allowed"; readonly rule: string; readonly breakGlass?: true }
  /** Allowed once so many people of these roles agree. */
  | {
      readonly outcome: "needs-approval";
      readonly rule: string;
      readonly count: number;
      readonly from: readonly string[];
      readonly expiresMs: number;
    }
  | { readonly outcome: "observed"; readonly rule: string }
  | {
      readonly outcome: "refused";
      readonly rule: string;
      readonly why: string;
      readonly help: string;
      /** Roles that may do it, where a role is all that is missing: they can be asked. */
      readonly lacking?: readonly string[];
    };
