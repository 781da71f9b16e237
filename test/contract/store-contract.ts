import { describe } from "vitest";
import { eachKindContract } from "./each-kind-contract.ts";
import { runnerContract } from "./runner-contract.ts";
import { artifactContract } from "./store-contract-artifacts.ts";
import { auditContract } from "./store-contract-audit.ts";
import { cardContract } from "./store-contract-cards.ts";
import { deliveryContract } from "./store-contract-delivery.ts";
import { dueWorkContract } from "./store-contract-due-work.ts";
import { eventContract } from "./store-contract-events.ts";
import { hostileContract } from "./store-contract-hostile.ts";
import { installationContract } from "./store-contract-installations.ts";
import { laneContract } from "./store-contract-lanes.ts";
import { lockContract } from "./store-contract-locks.ts";
import { operationContract } from "./store-contract-operations.ts";
import { orderContract } from "./store-contract-orders.ts";
import { placementContract } from "./store-contract-placements.ts";
import { requestContract } from "./store-contract-requests.ts";
import { restContract } from "./store-contract-rest.ts";
import { runContract } from "./store-contract-runs.ts";
import { takenBackContract } from "./store-contract-taken-back.ts";
import { unconfirmedContract } from "./store-contract-unconfirmed.ts";
import type { StorePlace } from "./store-kit.ts";

/** What every store must do, whatever database it keeps things in. */
export function storeContract(name: string, place: StorePlace): void {
  describe(name, () => {
    eventContract(place);
    dueWorkContract(place);
    runnerContract(place);
    eachKindContract(place);
    artifactContract(place);
    cardContract(place);
    deliveryContract(place);
    unconfirmedContract(place);
    takenBackContract(place);
    requestContract(place);
    orderContract(place);
    lockContract(place);
    operationContract(place);
    laneContract(place);
    runContract(place);
    placementContract(place);
    auditContract(place);
    restContract(place);
    installationContract(place);
    hostileContract(place);
  });
}
