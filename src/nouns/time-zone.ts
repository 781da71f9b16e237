// The areas of the IANA database whose zones are places: only these know when the clocks are changed there. Its other
// names are old ones, or fixed offsets: EST and MST have no summer time, and the sign of Etc/GMT+5 is the other way round.
const place = /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)\//i;

// What people write, and most of them mean.
const meant: Readonly<Record<string, string>> = {
  EST: "America/New_York",
  EDT: "America/New_York",
  CST: "America/Chicago",
  CDT: "America/Chicago",
  MST: "America/Denver",
  MDT: "America/Denver",
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
  GMT: "UTC or Europe/London",
  BST: "Europe/London",
  WET: "Europe/Lisbon",
  WEST: "Europe/Lisbon",
  CET: "Europe/Berlin",
  CEST: "Europe/Berlin",
  MET: "Europe/Berlin",
  MEST: "Europe/Berlin",
  EET: "Europe/Helsinki",
  EEST: "Europe/Helsinki",
  IST: "Asia/Kolkata",
  JST: "Asia/Tokyo",
  AEST: "Australia/Sydney",
  AEDT: "Australia/Sydney",
};

/** Says why a text is no time zone of a place, nor UTC, or undefined. Quotes nothing; an offset such as +02:00 is none. */
export function zoneProblem(name: string): string | undefined {
  const known = ianaName(name);
  if (known !== undefined && (place.test(name) || known === "UTC")) return undefined;
  const found = meant[name.toUpperCase()] ?? placeOf(known) ?? placeNamed(name);
  if (found !== undefined && known === undefined)
    return `has a time zone that is not known; did you mean ${found}?`;
  if (known === undefined)
    return "has a time zone that is not known; must be a name such as Europe/Berlin or UTC";
  const help = found === undefined ? "must be a name such as Europe/Berlin or UTC" : `did you mean ${found}?`;
  return `has a time zone that is no place's and may know no summer time; ${help}`;
}

/** As the IANA database has it now; undefined: it has none of that name. */
function ianaName(name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]*$/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // A RangeError: the name is in no IANA list.
    return undefined;
  }
}

function placeOf(known: string | undefined): string | undefined {
  return known !== undefined && place.test(known) ? known : undefined;
}

/** `Europe/Berlin` of `Berlin`. */
function placeNamed(name: string): string | undefined {
  const ending = `/${name.toLowerCase()}`;
  return Intl.supportedValuesOf("timeZone").find((zone) => zone.toLowerCase().endsWith(ending));
}
