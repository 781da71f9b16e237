import { useState } from "react";
import type { Answer } from "../requests.ts";
import { post } from "../requests.ts";
import type { World } from "../world.ts";
import { freeTag, newestTag, nextTag } from "./next-tag.ts";

const firstRepository = "shop/checkout";
const firstTag = "1.4.2";
const manyPlatforms = ["linux/amd64", "linux/arm64"] as const;

export type Deed =
  | "push-image"
  | "push-multi-arch"
  | "push-quarantined"
  | "push-broken"
  | "delete-newest"
  | "toggle-quarantine";

/** The image that the fields name, and what can be done to the registry with it, one deed at a time. */
export function useDeeds(registry: World["registry"], refresh: () => Promise<void>) {
  const [repository, setRepository] = useState(firstRepository);
  const held = registry.repositories[repository.trim()];
  const tags = held?.tags ?? {};
  const [tag, setTag] = useState(() => freeTag(firstTag, new Set(Object.keys(tags))));
  const [chosen, setChosen] = useState(false);
  const [busy, setBusy] = useState<Deed>();
  const [trouble, setTrouble] = useState<string>();
  const quarantine = registry.quarantinePolicy?.enabled ?? chosen;
  const image = { repository: repository.trim(), tag: tag.trim() };
  // Without a version tag: the manifest that came last, as a quarantined one has no tag yet.
  const newest = tags[newestTag(tags) ?? ""] ?? Object.keys(held?.manifests ?? {}).at(-1);

  const push = async (more: object): Promise<Answer> => {
    const answer = await post("/registry/push", { ...image, ...more });
    if (answer.ok) setTag(nextTag(image.tag));
    return answer;
  };
  const policy = async (enabled: boolean): Promise<Answer> => {
    const answer = await post("/registry/quarantine-policy", { enabled });
    if (answer.ok) setChosen(enabled);
    return answer;
  };
  const pushQuarantined = async (): Promise<Answer> => {
    const refused = quarantine ? undefined : await policy(true);
    return refused && !refused.ok ? refused : push({});
  };
  const work = {
    "push-image": () => push({}),
    "push-multi-arch": () => push({ platforms: manyPlatforms }),
    "push-quarantined": pushQuarantined,
    "push-broken": () => push({ broken: true }),
    "delete-newest": () => post("/registry/delete", { repository: image.repository, digest: newest }),
    "toggle-quarantine": () => policy(!quarantine),
  } as const satisfies Record<Deed, () => Promise<Answer>>;

  const run = async (deed: Deed): Promise<void> => {
    if (busy) return;
    setBusy(deed);
    const answer = await work[deed]();
    setTrouble(answer.ok ? undefined : answer.problem);
    await refresh();
    setBusy(undefined);
  };
  return { repository, setRepository, tag, setTag, image, newest, quarantine, busy, trouble, run };
}
