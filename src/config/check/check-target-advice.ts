import { stricterMode } from "../../nouns/mode.ts";
import { matchesPatterns } from "../../nouns/pattern.ts";
import { isLoopback } from "../address.ts";
import type { Finding } from "../read/finding.ts";
import type { ConfigFile } from "../schema/config-schema.ts";
import type { TargetFile } from "../targets/schema-targets.ts";

/** What is allowed in targets and probably not meant. Looks at a configuration that has no problems. */
export function adviseOnTargets(file: ConfigFile): readonly Finding[] {
  const targets = Object.entries(file.targets);
  return targets.flatMap(([name, target], index) =>
    [
      ...adviseOnPlace(target, targets.slice(0, index)),
      ...adviseOnOrder(target, file.targets),
      ...adviseOnRepositories(target),
      ...adviseOnRuns(target),
      ...adviseOnHealth(target),
      ...adviseOnMode(target, file.mode),
    ].map(({ path, ...rest }) => ({ path: ["targets", name, ...path], ...rest })),
  );
}

type Named = readonly [string, TargetFile];

/** Targets that would, at least for some repositories, move or fill the same thing. */
function adviseOnPlace(target: TargetFile, before: readonly Named[]): readonly Finding[] {
  const same = before.find(([, other]) => isSame(target, other));
  if (same === undefined) return [];
  const [name] = same;
  switch (target.type) {
    case "retag":
      return [{ path: ["tag"], message: `is moved by targets.${name} as well, in the same repositories` }];
    case "import":
      return [
        { path: ["into"], message: `is filled by targets.${name} as well, from the same repositories` },
      ];
    default: {
      const message = `may be the place of targets.${name} as well, for one of the two names no container`;
      return [{ path: ["app"], message }];
    }
  }
}

function isSame(one: TargetFile, other: TargetFile): boolean {
  switch (one.type) {
    case "retag":
      return other.type === "retag" && one.tag === other.tag && sharesRepository(one, other);
    case "import":
      return (
        other.type === "import" &&
        JSON.stringify(one.into) === JSON.stringify(other.into) &&
        sharesRepository(one, other)
      );
    case "web-app":
    case "container-app":
      // That both name the same container, or none, is an error already.
      return (
        other.type === one.type &&
        one.app.toLowerCase() === other.app.toLowerCase() &&
        slotOf(one) === slotOf(other) &&
        (one.container === undefined) !== (other.container === undefined)
      );
    default:
      return false;
  }
}

function sharesRepository(one: TargetFile, other: TargetFile): boolean {
  return (
    one.registry === other.registry &&
    other.repositories.some((pattern) => one.repositories.includes(pattern))
  );
}

function slotOf(target: TargetFile): string | undefined {
  return target.type === "web-app" ? target.slot?.toLowerCase() : undefined;
}

const plainName = /^[A-Za-z0-9._/-]+$/;

function adviseOnOrder(
  { after, repositories }: TargetFile,
  targets: ConfigFile["targets"],
): readonly Finding[] {
  const earlier = after === undefined ? undefined : targets[after.target];
  if (earlier === undefined) return [];
  const plain = repositories.filter((pattern) => plainName.test(pattern));
  return plain.every((name) => matchesPatterns(earlier.repositories, name))
    ? []
    : [
        {
          path: ["after", "target"],
          message: "does not take every repository of this target; what is never there can never come here",
        },
      ];
}

/** One container runs one image; only what is named under `replaces` may take another's place. */
function adviseOnRepositories({ type, repositories, replaces }: TargetFile): readonly Finding[] {
  const runsOne = type === "web-app" || type === "container-app" || type === "kubernetes";
  const names = repositories.filter((pattern) => !pattern.startsWith("!"));
  if (!runsOne || replaces.length > 0 || (names.length === 1 && plainName.test(names[0] ?? ""))) return [];
  return [
    {
      path: ["repositories"],
      message:
        "mean several repositories, and the container runs one; name that one, or say in replaces what it may replace",
    },
  ];
}

const knownPlaceholders = /\{(?:image|digest|repository|tag|operation)\}/g;

function adviseOnRuns(target: TargetFile): readonly Finding[] {
  switch (target.type) {
    case "azure-pipelines": {
      const host = URL.parse(target.organization)?.hostname ?? "";
      const known = host === "dev.azure.com" || host.endsWith(".visualstudio.com") || isLoopback(host);
      const message =
        "is not on dev.azure.com or visualstudio.com; tokens for Azure DevOps will be sent there";
      const advice = adviseOnPlaceholders("parameters", target.parameters);
      return known ? advice : [{ path: ["organization"], message }, ...advice];
    }
    case "github":
      return [...adviseOnPlaceholders("inputs", target.inputs), ...adviseOnToken(target.token)];
    default:
      return [];
  }
}

function adviseOnPlaceholders(key: string, given: Readonly<Record<string, string>>): readonly Finding[] {
  return Object.entries(given)
    .filter(([, text]) => /\{[a-z]+\}/i.test(text.replaceAll(knownPlaceholders, "")))
    .map(([name]) => ({
      path: [key, name],
      message:
        "has a word in {…} that is not filled in; known are {image}, {digest}, {repository}, {tag}, {operation}",
    }));
}

// GitHub's own prefixes: ghp_ and github_pat_ are personal, ghs_ is an installation's and lasts an hour.
function adviseOnToken(token: string | undefined): readonly Finding[] {
  if (token === undefined) return [];
  const message = token.startsWith("ghs_")
    ? "is a token that ends within the hour; set app, so that the bot gets its own"
    : "is somebody's own: what it starts counts as theirs, and it ends with their access; better set app, a GitHub App";
  return [{ path: ["token"], message }];
}

const seesNoHealth: readonly TargetFile["type"][] = ["retag", "import", "azure-pipelines", "github"];

function adviseOnHealth({ type, rollbackOnFailure }: TargetFile): readonly Finding[] {
  if (!rollbackOnFailure || !seesNoHealth.includes(type)) return [];
  const message = `is never used: a target of type ${type} does not see whether anything is healthy`;
  return [{ path: ["rollbackOnFailure"], message, atKey: true }];
}

function adviseOnMode({ mode }: TargetFile, bot: ConfigFile["mode"]): readonly Finding[] {
  if (mode === undefined || stricterMode(bot, mode) === mode) return [];
  return [{ path: ["mode"], message: `is not used: the bot's own mode, ${bot}, is stricter` }];
}
