import type { WokenBy } from "../../nouns/due-work.ts";
import type { Engine, Queries } from "./engine.ts";
import type { FileGuard } from "./file-guard.ts";
import { GroupCommit, type GroupCommitDeps } from "./group-commit.ts";
import { storeUnwritable, translateStoreError } from "./store-error.ts";
import { takeMarks } from "./work-marks.ts";
import type { WorkSignal } from "./work-signal.ts";

type Given = "kind" | "log" | "now" | "leaseClock" | "dueAt" | "lock";

/** What a database brings to its engine. */
interface EngineParts extends Pick<Engine, Given>, Omit<GroupCommitDeps, "onCommitted"> {
  readonly db: Queries;
  /** Runs a transaction when it is its turn, and again if that helps. */
  readonly inTurn: <T>(transact: () => Promise<T>) => Promise<T>;
  readonly signal: WorkSignal;
  /** Asked before each use, told of each error. Only a file can be taken away or damaged by others. */
  readonly guard?: Pick<FileGuard, "check" | "note">;
  /** Tells other processes what there is to do; absent: there are none. */
  readonly tellOthers?: (kinds: readonly WokenBy[]) => void;
  /** Gives up what was opened; nothing runs any more. */
  readonly end: () => Promise<void>;
}

/** Makes an engine: what is the same for both databases. */
export function createEngine(parts: EngineParts): Engine {
  const { db, signal } = parts;
  const gate = createGate(parts.guard);
  let ending: Promise<void> | undefined;
  const announce = (kinds: readonly WokenBy[]): void => {
    signal.announce(kinds);
    parts.tellOthers?.(kinds);
  };
  const groupCommit = new GroupCommit({ ...parts, onCommitted: announce });

  async function end(): Promise<void> {
    await groupCommit.close();
    await gate.close();
    signal.close();
    await parts.end();
  }

  return {
    ...parts,
    query: (run) => gate.run(() => run(db)).finally(() => announce(takeMarks(db))),
    transaction: (run) => gate.run(() => parts.inTurn(() => transact(db, run, announce))),
    recordEvents: (sightings) => groupCommit.recordEvents(sightings),
    recordRequest: (request) => groupCommit.recordRequest(request),
    onWork: signal.onWork,
    close: () => {
      ending ??= end();
      return ending;
    },
  };
}

/** Lets nothing in after it was closed, which waits for what is in. */
function createGate(guard: EngineParts["guard"]) {
  const running = new Set<Promise<unknown>>();
  let closed = false;
  return {
    run: async <T>(start: () => Promise<T>): Promise<T> => {
      if (closed) throw storeUnwritable("it is closed");
      guard?.check();
      const work = start();
      running.add(work);
      try {
        return await work;
      } catch (error) {
        guard?.note(error);
        throw translateStoreError(error);
      } finally {
        running.delete(work);
      }
    },
    close: async (): Promise<void> => {
      closed = true;
      await Promise.allSettled(running);
    },
  };
}

async function transact<T>(
  db: Queries,
  run: (tx: Queries) => Promise<T>,
  announce: (kinds: readonly WokenBy[]) => void,
): Promise<T> {
  let made: readonly WokenBy[] = [];
  const result = await db.transaction().execute(async (tx) => {
    const done = await run(tx);
    made = takeMarks(tx);
    return done;
  });
  announce(made);
  return result;
}
