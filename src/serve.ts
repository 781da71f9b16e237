import type { AddressInfo } from "node:net";
import { type App, createApp } from "./app.ts";
import type { RunningConfig } from "./config/running/running-config.ts";
import { ChatopsError, describeError } from "./errors.ts";
import type { Log } from "./log.ts";
import { type ConfigOrigin, Reload } from "./reload.ts";
import { openStore } from "./store/open-store.ts";
import type { Store } from "./store/store.ts";
import { type Clock, systemClock } from "./work/clock.ts";
import { within } from "./work/within.ts";

/** Kubernetes and Azure give more, but nobody should have to wait longer for a bot to leave. */
const drainLimitMs = 8_000;

/** A bot that serves. */
export interface Serving {
  /** Where it listens, with the ports that it was given. */
  readonly publicAddress: string;
  readonly internalAddress: string;
  readonly store: Store;
  /** Reads the configuration again, as SIGHUP asks for. */
  reload(): void;
  /** Drains: answers what is in, ends the loops, closes the store. */
  stop(): Promise<void>;
}

interface ServeDeps {
  readonly config: RunningConfig;
  /** Where the configuration can be read again; absent: it is as it is until the end. */
  readonly origin?: ConfigOrigin;
  readonly log: Log;
  readonly clock?: Clock;
  /** Adds routes of whoever embeds the bot to the public server, before it listens. */
  readonly addRoutes?: (server: App["publicServer"]) => void;
}

/** Opens the store, listens, and starts the loops. Throws a ChatopsError that says what to do. */
export async function serve(deps: ServeDeps): Promise<Serving> {
  const { log } = deps;
  const config = deps.config.current();
  const { host, port, internalHost, internalPort } = config.server;
  const clock = deps.clock ?? systemClock;
  const store = await openStore({ ...config.store, now: clock.now, log });
  let made: App | undefined;
  try {
    const app = await createApp({ config: deps.config, store, clock, log });
    made = app;
    deps.addRoutes?.(app.publicServer);
    const publicAddress = await listen(app.publicServer, host, port, "server.port");
    const internalAddress = await listen(
      app.internalServer,
      internalHost,
      internalPort,
      "server.internalPort",
    );
    app.start();
    const reload = startReload(deps, clock);
    log.info({ publicAddress, internalAddress, mode: config.mode, revision: config.revision }, "serving");
    return {
      publicAddress,
      internalAddress,
      store,
      reload: () => reload.now(),
      stop: () => drain([app, reload], store, log),
    };
  } catch (error) {
    await made?.stop();
    await store.close();
    throw error;
  }
}

/** Follows the configuration's file; without one it can only say so. */
function startReload({ config, origin, log }: ServeDeps, clock: Clock): Pick<Reload, "now" | "stop"> {
  if (origin === undefined)
    return {
      now: () => log.info({ step: "reload" }, "nothing to read again: the configuration has no file"),
      stop: () => Promise.resolve(),
    };
  const reload = new Reload({ ...origin, config, clock, log });
  reload.start();
  return reload;
}

async function listen(server: App["publicServer"], host: string, port: number, key: string): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    throw new ChatopsError(
      "port-in-use",
      `Cannot listen on ${host}:${port}: ${describeError(cause)}. Free the port or set another ${key}.`,
      { cause },
    );
  }
  const address = server.server.address() as AddressInfo | null;
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${shown.includes(":") ? `[${shown}]` : shown}:${address?.port ?? port}`;
}

async function drain(parts: readonly Pick<App, "stop">[], store: Store, log: Log): Promise<void> {
  const stopped = await within(Promise.all(parts.map((part) => part.stop())), drainLimitMs, systemClock);
  if (stopped === undefined) log.warn("drained no further: what is left is taken up at the next start");
  await store.close();
}
