import { createCipheriv, createHash } from "node:crypto";
import { constants, gzipSync } from "node:zlib";

const block = 512;

/** A layer: its compressed bytes and the digest of the uncompressed ones, which a config lists as `diff_id`. */
export type Layer = { readonly bytes: Buffer; readonly diffId: string };

/** A gzip'd tar with one file of about `sizeBytes`; the same seed gives the same bytes. The content does not compress. */
export function buildLayer(path: string, seed: string, sizeBytes: number): Layer {
  const content = seededBytes(seed, sizeBytes);
  const padding = Buffer.alloc((block - (content.length % block)) % block);
  const tar = Buffer.concat([tarHeader(path, content.length), content, padding, Buffer.alloc(2 * block)]);
  const diffId = `sha256:${createHash("sha256").update(tar).digest("hex")}`;
  return { bytes: gzipSync(tar, { level: constants.Z_BEST_SPEED }), diffId };
}

function seededBytes(seed: string, length: number): Buffer {
  const key = createHash("sha256").update(seed).digest();
  const stream = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  return stream.update(Buffer.alloc(length));
}

// POSIX ustar: fixed fields, numbers in octal text, a checksum over the header with its own field blank.
function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  header.write(path.slice(0, 99), 0);
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.write("        0", 148);
  header.write("ustar\u000000", 257);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
