import { openStore } from "../../src/store/open-store.ts";
import { sighting } from "../contract/store-samples.ts";

// A process that records events into the store named on its command line, `lanes` at a time, and writes a line for
// each one that was answered. It ends after `count` events, or when it is killed.
const [url = "", lanes = "1", count = "1000000"] = process.argv.slice(2);
const log = { info: () => {}, warn: () => {}, error: () => {} };
const store = await openStore({ url, ephemeral: true, now: Date.now, log });
let next = 0;

async function record(): Promise<void> {
  while (next < Number(count)) {
    next += 1;
    const id = `event-${next}`;
    const [answer] = await store.recordEvents([sighting({ id, occurredAt: next })]);
    await new Promise<void>((resolve) => process.stdout.write(`${answer} ${id}\n`, () => resolve()));
  }
}

await Promise.all(Array.from({ length: Number(lanes) }, record));
await store.close();
