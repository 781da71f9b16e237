/** Names each thing of a list by its place ("block-0", …), for things that have no other identity. */
export function inPlace<T>(list: readonly T[]): readonly (readonly [place: string, thing: T])[] {
  return list.map((thing, index) => [`block-${index}`, thing]);
}
