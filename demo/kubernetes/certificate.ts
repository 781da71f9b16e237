import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A certificate of a server on loopback and its key, in PEM; it signs itself, so it is its own CA. */
export interface LoopbackCertificate {
  readonly certificate: string;
  readonly key: string;
}

const oids = {
  ecdsaWithSha256: "2a8648ce3d040302",
  commonName: "550403",
  subjectAltName: "551d11",
  basicConstraints: "551d13",
} as const;
const dayMs = 24 * 60 * 60_000;

/** Makes a fresh certificate for 127.0.0.1 and these names (X.509 version 3, RFC 5280), good for a month. */
export function createLoopbackCertificate(
  nowMs: number,
  names: readonly string[] = ["localhost"],
): LoopbackCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  // Where several are trusted, they are told apart by it.
  const subject = names[0] ?? "kubernetes";
  const name = sequence(der(0x31, sequence(oid(oids.commonName), der(0x0c, Buffer.from(subject)))));
  const named = names.map((name) => der(0x82, Buffer.from(name)));
  const altNames = sequence(...named, der(0x87, Buffer.from([127, 0, 0, 1])));
  const isCa = sequence(der(0x01, Buffer.from([0xff])));
  const extensions = sequence(
    sequence(oid(oids.basicConstraints), der(0x01, Buffer.from([0xff])), der(0x04, isCa)),
    sequence(oid(oids.subjectAltName), der(0x04, altNames)),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(15)])), // serial number, positive
    algorithm,
    name,
    sequence(time(nowMs - dayMs), time(nowMs + 30 * dayMs)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const signature = sign("sha256", body, privateKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return {
    certificate: pem("CERTIFICATE", certificate),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function der(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

// UTCTime has two digits of the year, good until 2049.
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
