/** Values by name without a prototype: a look-up of `constructor`, from a URL or a command, finds nothing. */
export function byName<Given, Value>(
  given: Readonly<Record<string, Given>>,
  make: (name: string, value: Given) => Value,
): Readonly<Record<string, Value>> {
  const made: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(given)) made[name] = make(name, value);
  return made;
}
