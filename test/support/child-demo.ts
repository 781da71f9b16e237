import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { World } from "../../demo/page/world.ts";
import { type ChildProgram, startProgram } from "./child-program.ts";

/** The demo's state as a script reads it. */
export type DemoState = Omit<World, "setup"> & {
  readonly setup: World["setup"] & { readonly secret: string };
  readonly operations: readonly DemoRow[];
  readonly audit: readonly DemoRow[];
};

type DemoRow = Readonly<Record<string, unknown>>;

/** The whole demo as a process of its own. */
export interface ChildDemo extends ChildProgram {
  /** Where its page is. */
  readonly page: string;
  readonly state: () => Promise<DemoState>;
  /** The first state, of now or later, in which `look` finds something. */
  until<T>(look: (state: DemoState) => T | undefined | false): Promise<T>;
  /** Posts to `/demo/api<path>`. */
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly body: DemoRow }>;
}

const patienceMs = 15_000;

/** Starts `demo/main.ts` on free ports and waits until it is ready. */
export async function startDemo(...options: readonly string[]): Promise<ChildDemo> {
  const program = startProgram(["demo/main.ts", "--port", "0", "--registry-port", "0", ...options]);
  try {
    const line = await program.waitForLine((said) => said.startsWith("demo ready: "));
    const page = line.slice("demo ready: ".length);
    return {
      ...program,
      page,
      state: async () => (await fetch(`${page}/api/state`)).json() as Promise<DemoState>,
      until: (look) => watch(`${page}/api/events`, look),
      post: async (path, body) => {
        const response = await fetch(`${page}/api${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: typeof body === "string" ? body : JSON.stringify(body),
        });
        return { status: response.status, body: (await response.json()) as DemoRow };
      },
      // In peace, so that it takes its temporary folder with it.
      [Symbol.asyncDispose]: async () => {
        const tooLong = setTimeout(() => program.kill("SIGKILL"), patienceMs);
        program.kill("SIGTERM");
        await program.exit;
        clearTimeout(tooLong);
      },
    };
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}

/** Reads states from a stream of server-sent events until one will do. */
async function watch<T>(url: string, look: (state: DemoState) => T | undefined | false): Promise<T> {
  // Not `fetch`: after a stream that is left it opens a spare connection, for which a server that stops would wait.
  const call = get(url, { agent: false, signal: AbortSignal.timeout(patienceMs) });
  let seen = "nothing";
  try {
    const [response] = (await once(call, "response")) as [IncomingMessage];
    let pending = "";
    for await (const chunk of response.setEncoding("utf8")) {
      const blocks = `${pending}${chunk}`.split("\n\n");
      pending = blocks.pop() ?? "";
      for (const block of blocks.filter((one) => one.startsWith("data: "))) {
        seen = block.slice("data: ".length);
        const found = look(JSON.parse(seen));
        if (found !== undefined && found !== false) return found;
      }
    }
  } catch (cause) {
    throw new Error(`not seen in the demo; the last state was:\n${seen.slice(0, 20_000)}`, { cause });
  } finally {
    call.destroy();
  }
  throw new Error("the demo ended while its state was watched");
}
