import type {
  QuarantineReviewer,
  RegistryReader,
  RegistryWriter,
  WebhookManagement,
} from "./registry-port.ts";

/** A reader that is made at its first call. */
export function lazyReader(load: () => Promise<RegistryReader>): RegistryReader {
  const get = once(load);
  return {
    readManifest: async (...call) => (await get()).readManifest(...call),
    findTagDigest: async (...call) => (await get()).findTagDigest(...call),
    readAttributes: async (...call) => (await get()).readAttributes(...call),
    readConfigLabels: async (...call) => (await get()).readConfigLabels(...call),
    listReferrers: async (...call) => (await get()).listReferrers(...call),
    listTags: async (...call) => (await get()).listTags(...call),
    listRepositories: async (...call) => (await get()).listRepositories(...call),
  };
}

/** A writer that is made at its first call. */
export function lazyWriter(load: () => Promise<RegistryWriter>): RegistryWriter {
  const get = once(load);
  return { putTag: async (...call) => (await get()).putTag(...call) };
}

/** A reviewer that is made at its first call. */
export function lazyReviewer(load: () => Promise<QuarantineReviewer>): QuarantineReviewer {
  const get = once(load);
  return {
    readAttributes: async (...call) => (await get()).readAttributes(...call),
    setQuarantine: async (...call) => (await get()).setQuarantine(...call),
  };
}

/** A management plane that is made at its first call. */
export function lazyManagement(load: () => Promise<WebhookManagement>): WebhookManagement {
  const get = once(load);
  return {
    listWebhooks: async (...call) => (await get()).listWebhooks(...call),
    pingWebhook: async (...call) => (await get()).pingWebhook(...call),
    listEvents: async (...call) => (await get()).listEvents(...call),
  };
}

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
