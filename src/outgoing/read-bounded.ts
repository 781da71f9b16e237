/**
 * The bytes of a body, read to its end; with `keepLast` only so many of the last. Throws a RangeError, and ends the
 * connection, as soon as there are more than `maxBytes`.
 */
export async function readBounded(
  body: AsyncIterable<Uint8Array> | null | undefined,
  maxBytes: number,
  keepLast = maxBytes,
): Promise<Buffer> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.length;
    // Leaving the loop destroys the stream and with it the connection.
    if (length > maxBytes) throw new RangeError(`The answer is larger than ${maxBytes} bytes.`);
    parts.push(part);
    // Now and then, so that a long log is not copied at every part.
    if (length > keepLast && parts.length > 64) parts = [Buffer.concat(parts).subarray(-keepLast)];
  }
  return Buffer.concat(parts).subarray(-keepLast);
}
