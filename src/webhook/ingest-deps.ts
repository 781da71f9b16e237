import type { Config } from "../config/config.ts";
import type { Log } from "../log.ts";
import type { SigningKeySource } from "../outgoing/signing-keys.ts";
import type { Store } from "../store/store.ts";

/** What receiving and recording need. `config` is asked anew for each request: it can be replaced while running. */
export interface IngestDeps {
  readonly config: () => Config;
  readonly store: Pick<Store, "recordEvents">;
  readonly signingKeys: SigningKeySource;
  readonly now: () => number;
  readonly log: Log;
}
