/** Does the work once and gives its result to everybody; a failure is not kept. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= work().catch((error: unknown) => {
      result = undefined;
      throw error;
    });
    return result;
  };
}

type Calls<Port> = { readonly [Name in keyof Port]: (...given: never[]) => unknown };

/** A port that is made when one of its calls is first made; `names` are those of all its calls. */
export function lazily<Port extends Calls<Port>>(
  make: () => Promise<Port>,
  names: Readonly<Record<keyof Port, true>>,
): Port {
  const get = once(make);
  const call =
    (name: keyof Port) =>
    async (...given: never[]) =>
      (await get())[name](...given);
  const calls = Object.keys(names).map((name) => [name, call(name as keyof Port)]);
  return Object.fromEntries(calls);
}
