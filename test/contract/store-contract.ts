import { describe } from "vitest";
import { artifactContract } from "./store-contract-artifacts.ts";
import { cardContract } from "./store-contract-cards.ts";
import { deliveryContract } from "./store-contract-delivery.ts";
import { eventContract } from "./store-contract-events.ts";
import { hostileContract } from "./store-contract-hostile.ts";
import { installationContract } from "./store-contract-installations.ts";
import { operationContract } from "./store-contract-operations.ts";
import { requestContract } from "./store-contract-requests.ts";
import { restContract } from "./store-contract-rest.ts";
import type { StorePlace } from "./store-kit.ts";

/** What every store must do, whatever database it keeps things in. */
export function storeContract(name: string, place: StorePlace): void {
  describe(name, () => {
    eventContract(place);
    artifactContract(place);
    cardContract(place);
    deliveryContract(place);
    requestContract(place);
    operationContract(place);
    restContract(place);
    installationContract(place);
    hostileContract(place);
  });
}
