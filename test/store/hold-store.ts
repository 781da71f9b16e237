import { writeSync } from "node:fs";
import { openStore } from "../../src/store/open-store.ts";

// A process that opens the store named on its command line and keeps it until it is killed.
const log = { info: () => {}, warn: () => {}, error: () => {} };
await openStore({ url: process.argv[2] ?? "", ephemeral: true, now: Date.now, log });
writeSync(1, "open\n");
setInterval(() => {}, 60_000);
