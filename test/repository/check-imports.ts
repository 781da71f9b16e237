import { floors, floorsInside, packageRules, roomRules, sharedRoom, worldRooms } from "./floor-rules.ts";
import { type Import, importsOf, roomOf } from "./imports.ts";
import type { Finding, SourceFile } from "./source-file.ts";

const floorOf = (room: string): number => floors.findIndex((floor) => floor.includes(room));

/** Everything that the floors and the tables of floor-rules.ts have against these files. */
export function checkImports(files: readonly SourceFile[]): readonly Finding[] {
  return [
    ...files
      .flatMap(importsOf)
      .flatMap((one) => [
        ...floorFindings(one),
        ...insideFindings(one),
        ...outsideFindings(one),
        ...packageFindings(one),
        ...roomFindings(one),
      ]),
    ...files.flatMap(environmentFindings),
  ];
}

function finding(rule: string, one: Import, advice: string): Finding {
  const how = { type: "takes types of", now: "imports", later: "imports, when it runs," }[one.how];
  return { rule, path: one.from, words: `${one.from}:${one.line} ${how} ${one.to}. ${advice}` };
}

function floorFindings(one: Import): readonly Finding[] {
  if (!one.own || !one.from.startsWith("src/") || !one.to.startsWith("src/")) return [];
  const [from, to] = [roomOf(one.from), roomOf(one.to)];
  const [above, below] = [floorOf(from), floorOf(to)];
  if (from === to && above !== -1) return [];
  const unknown = [from, to].find((room) => floorOf(room) === -1);
  if (unknown !== undefined)
    return [finding("floors", one, `"${unknown}" stands on no floor: give it one in floor-rules.ts.`)];
  if (below < above) return [];
  const relation = below === above ? "stands beside" : "stands above";
  const advice = "Move what both need down, or take it as an argument and let src/app.ts join them.";
  return [finding("floors", one, `"${to}" ${relation} "${from}". ${advice}`)];
}

function insideFindings(one: Import): readonly Finding[] {
  return Object.keys(floorsInside)
    .filter((room) => one.from.startsWith(`${room}/`) && one.to.startsWith(`${room}/`))
    .flatMap((room) => insideOf(room, one));
}

function insideOf(room: string, one: Import): readonly Finding[] {
  const [from, to] = [unitIn(room, one.from), unitIn(room, one.to)];
  const floorsOf = floorsInside[room] ?? [];
  const floor = (unit: string): number => floorsOf.findIndex((names) => names.includes(unit));
  const unknown = [from, to].find((unit) => floor(unit) === -1);
  if (unknown !== undefined)
    return [finding("floors inside", one, `"${unknown}" stands on no floor of ${room}: see floor-rules.ts.`)];
  if (from === to || floor(to) < floor(from)) return [];
  const relation = floor(to) === floor(from) ? "stands beside" : "stands above";
  const advice = "Move what both need down, or take it as an argument.";
  return [finding("floors inside", one, `In ${room} "${to}" ${relation} "${from}". ${advice}`)];
}

/** The folder or file of a room that a path belongs to, as its floors name it. */
function unitIn(room: string, path: string): string {
  const [name = "", ...rest] = path.slice(room.length + 1).split("/");
  if (rest.length > 0) return name;
  const file = name.replace(/\.ts$/, "");
  return floorsInside[room]?.some((names) => names.includes(file)) === true ? file : "*";
}

function outsideFindings(one: Import): readonly Finding[] {
  if (!one.own) return [];
  if (one.from.startsWith("src/") && !one.to.startsWith("src/"))
    return [finding("outside", one, "The bot ships without demo/ and test/: move it to src/ or do without.")];
  if (worldRooms.includes(roomOf(one.from)) && one.to.startsWith("src/"))
    return [
      finding(
        "world",
        one,
        "The simulated world must not share the bot's errors: write it from the platform's facts.",
      ),
    ];
  if (roomOf(one.from) === sharedRoom && roomOf(one.to) !== sharedRoom)
    return [
      finding("shared", one, "What every platform stands on knows none of them: take it as an argument."),
    ];
  return [];
}

function packageFindings(one: Import): readonly Finding[] {
  if (one.own || !one.from.startsWith("src/")) return [];
  const begins = (places: readonly string[] = []) => places.some((place) => one.from.startsWith(place));
  return packageRules
    .filter((rule) => rule.packages.test(one.to) && !begins(rule.where))
    .filter((rule) => !(one.how === "type" && begins(rule.types)))
    .map((rule) => {
      const places = [...rule.where, ...(rule.types ?? []).map((place) => `${place} (types)`)];
      const where = places.length === 0 ? "nowhere" : places.join(", ");
      return finding(`package ${rule.packages.source}`, one, `Allowed: ${where}. ${rule.instead}`);
    });
}

function roomFindings(one: Import): readonly Finding[] {
  if (!one.from.startsWith("src/")) return [];
  const room = roomOf(one.from);
  return roomRules
    .filter((rule) => rule.rooms.includes(room) && rule.of.test(one.to) && !rule.except?.test(one.to))
    .filter((rule) => rule.allows === "nothing" || one.how !== "type")
    .filter((rule) => !(rule.allows === "later" && one.how === "later"))
    .map((rule) => finding(`room ${rule.rooms.join(", ")}: ${rule.of.source}`, one, rule.instead));
}

function environmentFindings(file: SourceFile): readonly Finding[] {
  if (!file.path.startsWith("src/") || file.path.startsWith("src/config/")) return [];
  return file.text.split("\n").flatMap((line, index) =>
    /\bprocess\.env\b|from "node:process"/.test(line)
      ? [
          {
            rule: "environment",
            path: file.path,
            words: `${file.path}:${index + 1} reads the environment. Read it in src/config and take the value.`,
          },
        ]
      : [],
  );
}
