import { ArmError } from "../registry/arm-error.ts";
import { type Call, type Handler, json, type Reply } from "../shared/http-call.ts";
import { isObject, type JsonObject } from "../shared/json-object.ts";
import { objectAt, readJson } from "./json-body.ts";
import { type Platform, readResourcePath } from "./platform.ts";

/** An app of App Service to begin with; `slots` are apps too. */
export type WebAppSetup = {
  readonly name: string;
  /** `app,linux,container` unless said otherwise. */
  readonly kind?: string;
  readonly state?: "Running" | "Stopped";
  /** `DOCKER|…`, `COMPOSE|…`, `SITECONTAINERS`, `NODE|22-lts`. */
  readonly linuxFxVersion: string;
  /** Properties of each site container, by its name: `image`, `isMain`, `authType`, … */
  readonly siteContainers?: Readonly<Record<string, JsonObject>>;
  readonly instances?: number;
  /** False: a cloud whose App Service has no siteStatus. */
  readonly siteStatus?: false;
  /** The list of instances says UNKNOWN; each by itself says how it is. */
  readonly listsUnknown?: true;
  readonly slots?: readonly Omit<WebAppSetup, "slots">[];
};

type WebApp = {
  readonly setup: WebAppSetup;
  state: "Running" | "Stopped";
  config: JsonObject;
  readonly containers: Map<string, JsonObject>;
  /** When it was last started anew. */
  startedAt: number | undefined;
  /** Each image that it was set to, and each restart of one. */
  readonly starts: { readonly image: string; readonly at: number }[];
};

/** What an app is and was told; `starts` has each restart. */
export type WebAppSnapshot = {
  readonly state: string;
  readonly config: JsonObject;
  readonly siteContainers: Readonly<Record<string, JsonObject>>;
  readonly starts: readonly { readonly image: string; readonly at: number }[];
};

/** App Service: configuration, site containers, instances, restart, for apps and slots. */
export function createWebApps(platform: Platform, setups: readonly WebAppSetup[]) {
  const apps = new Map<string, WebApp>();
  const add = (setup: WebAppSetup): void => {
    apps.set(setup.name.toLowerCase(), made(setup));
    for (const slot of setup.slots ?? []) apps.set(`${setup.name}/${slot.name}`.toLowerCase(), made(slot));
  };
  for (const setup of setups) add(setup);

  const room: Handler = (call) => {
    const path = readResourcePath(call.path, "Microsoft.Web/sites");
    if (path === undefined) return undefined;
    const [, slot, below] = /^\/slots\/([^/]+)(\/.*)?$/i.exec(path.rest) ?? [];
    const key = slot === undefined ? path.name : `${path.name}/${slot.toLowerCase()}`;
    const scope = slot === undefined ? path.id : `${path.id}/slots/${slot}`;
    const kind = slot === undefined ? "Microsoft.Web/sites" : "Microsoft.Web/sites/slots";
    const rest = slot === undefined ? path.rest : (below ?? "");
    return serve(platform, apps.get(key), { call, scope, kind, rest: rest.replace(/\/$/, "") });
  };
  return {
    room,
    add,
    /** By name, slots as `shop/staging`. */
    snapshot(): Readonly<Record<string, WebAppSnapshot>> {
      return Object.fromEntries([...apps].map(([name, app]) => [name, snapshotOf(app)]));
    },
  };
}

function made(setup: WebAppSetup): WebApp {
  return {
    setup,
    state: setup.state ?? "Running",
    config: { linuxFxVersion: setup.linuxFxVersion, alwaysOn: true, minTlsVersion: "1.2" },
    containers: new Map(Object.entries(setup.siteContainers ?? {})),
    startedAt: undefined,
    starts: [],
  };
}

function snapshotOf({ state, config, containers, starts }: WebApp): WebAppSnapshot {
  return { state, config, siteContainers: Object.fromEntries(containers), starts: [...starts] };
}

type Request = {
  readonly call: Call;
  readonly scope: string;
  readonly kind: string;
  readonly rest: string;
};

async function serve(platform: Platform, app: WebApp | undefined, request: Request): Promise<Reply> {
  const { call, scope, kind, rest } = request;
  const action = `${kind}/${actionOf(call.method, rest)}`;
  await platform.access(call, action, scope);
  if (app === undefined) throw notFound(scope);
  const [, list = "", one] = /^\/(sitecontainers|instances)\/([^/]+)$/i.exec(rest) ?? [];
  const asked = `${call.method} ${one === undefined ? rest.toLowerCase() : `/${list.toLowerCase()}/*`}`;
  switch (asked) {
    case "GET ":
      return json(200, siteShape(app, request));
    case "GET /config/web":
      return json(200, configShape(app, request));
    case "PATCH /config/web":
    case "PUT /config/web":
      return configure(platform, app, request);
    case "GET /sitecontainers":
      return json(200, { value: [...app.containers].map((entry) => containerShape(entry, request)) });
    case "GET /sitecontainers/*":
      return json(200, containerShape(containerOf(app, one, request), request));
    case "PUT /sitecontainers/*":
      return putContainer(platform, app, one ?? "", request);
    case "POST /restart":
      if (app.state === "Running") start(platform, app);
      return { status: 200 };
    case "GET /instances":
      return json(200, { value: instancesOf(platform, app, request) });
    case "GET /instances/*": {
      const found = instancesOf(platform, app, request, false).find(({ name }) => name === one);
      if (found === undefined) throw notFound(`${scope}${rest}`);
      return json(200, found);
    }
    case "GET /sitestatus":
      if (app.setup.siteStatus === false) throw notFound(`${scope}${rest}`);
      return json(200, { id: `${scope}/siteStatus`, properties: statusesOf(platform, app) });
    default:
      throw notFound(`${scope}${rest}`);
  }
}

function actionOf(method: string, rest: string): string {
  const [first = ""] = rest.toLowerCase().split("/").filter(Boolean);
  if (first === "restart") return "restart/Action";
  return `${first === "" ? "" : `${first}/`}${method === "GET" ? "read" : "write"}`;
}

async function configure(platform: Platform, app: WebApp, request: Request): Promise<Reply> {
  const given = objectAt(await readJson(request.call), "properties");
  const before = app.config.linuxFxVersion;
  // A PUT sets everything that it does not name back.
  app.config =
    request.call.method === "PATCH" ? { ...app.config, ...given } : { linuxFxVersion: "", ...given };
  if (app.config.linuxFxVersion !== before) start(platform, app);
  platform.changed();
  return json(200, configShape(app, request));
}

async function putContainer(platform: Platform, app: WebApp, name: string, request: Request): Promise<Reply> {
  const given = objectAt(await readJson(request.call), "properties");
  if (typeof given.image !== "string" || given.image === "" || typeof given.isMain !== "boolean")
    throw new ArmError(400, "BadRequest", "The parameters image and isMain are required.");
  const before = app.containers.get(name);
  app.containers.set(name, given);
  if (before?.image !== given.image) start(platform, app);
  platform.changed();
  return json(before === undefined ? 201 : 200, containerShape([name, given], request));
}

function start(platform: Platform, app: WebApp): void {
  app.startedAt = platform.now();
  app.starts.push({ image: imageOf(app), at: platform.now() });
  platform.changed();
}

function imageOf({ config, containers }: WebApp): string {
  const version = String(config.linuxFxVersion ?? "");
  if (!/^sitecontainers/i.test(version)) return version.replace(/^[^|]*\|/, "");
  const main = [...containers.values()].find((container) => container.isMain === true);
  return String(main?.image ?? "");
}

// The container from before answers until the new one does; if that crashes, for good.
function statusOf(platform: Platform, app: WebApp) {
  const none = { lastError: null, lastErrorDetails: null, lastErrorTimestamp: null };
  const started = { state: "Started", action: "SiteStarted", ...none };
  if (app.state === "Stopped") return { ...started, state: "Stopped", action: "SiteStopped" };
  if (app.startedAt === undefined) return started;
  const upAt = app.startedAt + platform.workMs;
  const crashesAt = app.startedAt + platform.workMs / 2;
  const fault = platform.faultOf(imageOf(app));
  if (fault === undefined)
    return platform.now() < upAt ? { ...started, state: "Starting", action: "PullingImage" } : started;
  if (platform.now() < crashesAt) return started;
  const lastErrorTimestamp = new Date(crashesAt).toISOString();
  return { ...started, lastError: "ContainerExited", lastErrorDetails: fault.why, lastErrorTimestamp };
}

function statusesOf(platform: Platform, app: WebApp) {
  return namesOf(app).map((instanceId) => ({ instanceId, ...statusOf(platform, app) }));
}

function namesOf({ setup }: WebApp): readonly string[] {
  return Array.from({ length: setup.instances ?? 1 }, (_, index) => `${index}`.padStart(64, "0"));
}

// The list may say UNKNOWN of what it has not asked itself.
function instancesOf(platform: Platform, app: WebApp, { scope, kind }: Request, isList = true) {
  const { state: status } = statusOf(platform, app);
  const asked = status === "Started" ? "READY" : status === "Stopped" ? "STOPPED" : "UNKNOWN";
  const state = isList && app.setup.listsUnknown === true ? "UNKNOWN" : asked;
  return namesOf(app).map((name) => {
    const properties = { state, containers: {} };
    return { id: `${scope}/instances/${name}`, name, type: `${kind}/instances`, properties };
  });
}

function siteShape({ setup, state }: WebApp, { scope, kind }: Request) {
  const appKind = setup.kind ?? "app,linux,container";
  const properties = { state, reserved: /\blinux\b/.test(appKind), enabled: state === "Running" };
  return { id: scope, name: setup.name, type: kind, kind: appKind, location: "West Europe", properties };
}

function configShape({ setup, config }: WebApp, { scope, kind }: Request) {
  return { id: `${scope}/config/web`, name: setup.name, type: `${kind}/config`, properties: config };
}

function containerShape([name, properties]: readonly [string, JsonObject], { scope, kind }: Request) {
  // The password is never given back.
  const { passwordSecret: _, ...shown } = properties;
  return { id: `${scope}/sitecontainers/${name}`, name, type: `${kind}/sitecontainers`, properties: shown };
}

function containerOf(
  app: WebApp,
  name: string | undefined,
  { scope }: Request,
): readonly [string, JsonObject] {
  const found = app.containers.get(name ?? "");
  if (isObject(found)) return [name ?? "", found];
  throw notFound(`${scope}/sitecontainers/${name}`);
}

function notFound(id: string): ArmError {
  const [, resource = id] = /\/providers\/(.+)$/i.exec(id) ?? [];
  return new ArmError(404, "ResourceNotFound", `The Resource '${resource.slice(0, 200)}' was not found.`);
}
