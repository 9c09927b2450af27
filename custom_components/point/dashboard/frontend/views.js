// The dashboard and its views. Everything here is a function of what it is called with.

import {
  KNOWN,
  calendar,
  columns,
  filter,
  logbook,
  markdown,
  named,
  navigate,
  paired,
  picture,
  section,
  statistics,
  tile,
  wide,
} from "./cards.js";
import { COUNTDOWN, findTodoLists } from "./model.js";

const MAX_TABS = 8; // with more homes, their views are opened from other views
const PAGE = 40; // homes on a page
const LINES = 20; // lines that can be distinguished in a graph
const MAX_CALENDARS = 40;

const ALARM = "alarm_control_panel.alarm";
const DISTURBANCE = "sensor.disturbance";
const SOUND = "sensor.sound_pressure";
const SMOKE = "binary_sensor.alarm";

const NOISY = ["first_notice", "second_notice", "third_notice"];
const UPSET = ["triggered", "pending"];
const SOUNDING = ["on"];
const EVENTFUL = ["expected", "arrived", "left_early", "checked_out", "cleaning", "somebody_there"];

const sections = (...parts) => ({ type: "sections", max_columns: 3, sections: parts.flat() });

// Return the path of a home's view, which the registry id keeps when a home is renamed.
const pathOf = (home) => `home-${home.id}`;
const pathOfPage = (kind, page) => (page ? `${kind}-${page + 1}` : kind);

function titleOfPage(homes, page) {
  const shown = onPage(homes, page);
  return `${shown[0].name} – ${shown.at(-1).name}`;
}

const onPage = (homes, page = 0) => homes.slice(page * PAGE, (page + 1) * PAGE);

// Return all views. Those with `subview` have no tab. A tab with an icon does not show its title.
function views(homes, texts, config) {
  const ofHomes = homes.map((home) => ({
    title: home.name,
    path: pathOf(home),
    subview: homes.length > MAX_TABS,
    strategy: { type: "custom:minut-home", home: home.id },
  }));
  if (homes.length < 2) return ofHomes;
  const pages = (kind, icon, count) =>
    Array.from({ length: count }, (_, page) => ({
      title: page ? titleOfPage(homes, page) : texts[kind],
      path: pathOfPage(kind, page),
      icon,
      subview: page > 0,
      strategy: { ...config, type: `custom:minut-${kind}`, page },
    }));
  const count = Math.ceil(homes.length / PAGE);
  return [
    ...pages("today", "mdi:bell-outline", 1),
    ...pages("homes", "mdi:home-group", homes.length > MAX_TABS ? count : 0),
    ...pages("compare", "mdi:chart-line", count),
    ...ofHomes,
  ];
}

// Return the views that can be first.
export const tabs = (homes, texts, config) =>
  views(homes, texts, config).filter(({ subview }) => !subview);

export function dashboard({ config, texts, homes }) {
  if (!homes.length) return { views: [{ title: "Minut", ...nothing(texts) }] };
  const all = views(homes, texts, config);
  const first = all.filter(({ path, subview }) => path === config.first && !subview);
  return { title: "Minut", views: [...first, ...all.filter((view) => !first.includes(view))] };
}

const nothing = (texts) => sections({ type: "grid", cards: [markdown(texts.no_homes)] });

export function todayView({ hass, texts, homes }) {
  const points = homes.flatMap((home) =>
    home.points.map((point) => ({ ...point, name: `${home.name} ${point.name}` })),
  );
  return sections(
    section(texts.now, "mdi:bell-outline", [
      calmLine(texts, homes),
      ...filter(texts.alarms, named(homes, ALARM), { state: UPSET }),
      ...countdowns(hass, named(homes, COUNTDOWN)),
      ...filter(texts.smoke, named(points, SMOKE), { state: SOUNDING }),
      ...filter(texts.noise, named(homes, DISTURBANCE), { state: NOISY }),
      ...filter(texts.offline, named(points, "binary_sensor.connectivity"), { state: ["off"] }),
      ...filter(texts.batteries, named(points, "binary_sensor.battery"), { state: ["on"] }),
    ]),
    section(
      texts.to_do,
      "mdi:clipboard-check-outline",
      findTodoLists(hass).map((entity) => wide({ type: "todo-list", entity, hide_create: true })),
      { column_span: 2 },
    ),
    section(texts.guests, "mdi:calendar-account", guestCards(hass, texts, homes)),
    section(
      texts.homes,
      "mdi:home-group",
      homes.length > PAGE
        ? links("homes", homes)
        : homes.map((home) => ({ ...homeTile(home), grid_options: { columns: 12 } })),
      { column_span: 3 },
    ),
  );
}

// Return a card that lists the exit and entry delays that run, under the name of their entities.
const countdowns = (hass, entities) =>
  entities.length ? filter(hass.entities[entities[0].entity].name, entities, KNOWN) : [];

// Return the line for all homes in which nothing happens. Home Assistant keeps it up to date.
function calmLine(texts, homes) {
  const places = homes.map((home) =>
    [
      home.entities[ALARM],
      home.entities[DISTURBANCE],
      ...home.points.map(({ entities }) => entities[SMOKE]),
    ].filter(Boolean),
  );
  const states = JSON.stringify([...NOISY, ...UPSET, ...SOUNDING]);
  const calm = texts.calm
    .replace("{calm}", `{{ ${homes.length} - ns.busy }}`)
    .replace("{all}", homes.length);
  return markdown(
    `{% set ns = namespace(busy=0) %}{% for ids in ${JSON.stringify(places)} %}` +
      `{% if ids | select('is_state', ${states}) | list %}{% set ns.busy = ns.busy + 1 %}{% endif %}` +
      `{% endfor %}{% if ns.busy == 0 %}${texts.all_calm}{% else %}${calm}{% endif %}`,
  );
}

function guestCards(hass, texts, homes) {
  const calendars = named(homes, "calendar.stays").map(({ entity }) => entity);
  const today = (title, key) => {
    const entities = named(homes, key).filter(({ entity }) => isToday(hass, hass.states[entity].state));
    const rows = entities.map((row) => ({ ...row, format: "time" }));
    return rows.length ? [wide({ type: "entities", title, entities: rows })] : [];
  };
  return [
    ...today(texts.arrivals, "sensor.check_in"),
    ...today(texts.departures, "sensor.check_out"),
    ...filter(texts.status, named(homes, "sensor.status"), { state: EVENTFUL }),
    ...(calendars.length > MAX_CALENDARS ? [] : calendar(calendars)),
  ];
}

// Return whether a point in time is today where Home Assistant is.
function isToday(hass, state) {
  const dayOf = (time) => time.toLocaleDateString("en", { timeZone: hass.config.time_zone });
  const time = new Date(state);
  return !Number.isNaN(time.valueOf()) && dayOf(time) === dayOf(new Date());
}

const homeTile = (home) => {
  const entity = home.entities[ALARM] || home.entities[DISTURBANCE] || Object.values(home.entities)[0];
  const options = { name: home.name, tap_action: navigate(pathOf(home)) };
  return entity
    ? wide({ type: "tile", entity, icon_tap_action: { action: "more-info" }, ...options })
    : wide({ type: "button", icon: "mdi:home", ...options });
};

// Return links to those pages of a kind of view for which `isShown`.
const links = (kind, homes, isShown = () => true) =>
  Array.from({ length: Math.ceil(homes.length / PAGE) }, (_, page) => page)
    .filter(isShown)
    .map((page) => ({
      type: "heading",
      heading_style: "subtitle",
      heading: titleOfPage(homes, page),
      icon: "mdi:home-group",
      tap_action: navigate(pathOfPage(kind, page)),
    }));

const otherPages = (kind, texts, homes, shown = 0) =>
  section(texts.more_homes, "mdi:home-group", links(kind, homes, (page) => page !== shown));

export function homesView({ config, texts, homes }) {
  const shown = onPage(homes, config.page);
  return sections(columns(shown.map(homeTile), 3), otherPages("homes", texts, homes, config.page));
}

const GRAPHS = [
  ["sound", "mdi:volume-high", SOUND],
  ["temperature", "mdi:thermometer", "sensor.temperature"],
  ["humidity", "mdi:water-percent", "sensor.humidity"],
];

// Return a line for each home of a page: the first Point that has the reading.
const linesOf = (homes, page, key) =>
  onPage(homes, page).flatMap((home) =>
    named(home.points.filter(({ entities }) => entities[key]).slice(0, 1), key, () => home.name),
  );

// The statistics of the view that compares homes.
export const COMPARED = {
  days: 30,
  sensors: (homes, { page }) =>
    GRAPHS.flatMap(([, , key]) => linesOf(homes, page, key)).map(({ entity }) => entity),
};

export function compareView({ config, texts, homes, recorded }) {
  const options = { stat_types: ["mean"], period: "day", days_to_show: COMPARED.days };
  const graphs = GRAPHS.flatMap(([title, icon, key]) => {
    const lines = linesOf(homes, config.page, key).filter(({ entity }) => recorded.has(entity));
    const parts = [lines.slice(0, LINES), lines.slice(LINES)].filter((part) => part.length);
    const cards = parts.map((entities) => statistics(entities, options));
    return section(texts[title], icon, cards, { column_span: 3 });
  });
  const empty = { type: "grid", cards: [markdown(texts.no_statistics)], column_span: 3 };
  return sections(
    graphs.length ? graphs : empty,
    otherPages("compare", texts, homes, config.page),
  );
}

const OF_HOME = [
  "sensor.status",
  DISTURBANCE,
  "switch.noise_monitoring",
  "select.noise_preset",
];
// What the home reports and its Points do not. Its own events would repeat all of that.
const REPORTS = [ALARM, DISTURBANCE, "sensor.status"];
const POINT_EVENTS = "event.activity";
const OF_STAY = ["sensor.check_in", "sensor.check_out"];
const OF_POINT = [
  "sensor.temperature",
  "sensor.humidity",
  SOUND,
  "sensor.battery",
  "binary_sensor.motion",
  "binary_sensor.connectivity",
  SMOKE,
];

// The statistics of a home's view.
export const HOURLY = {
  days: 7,
  sensors: (homes) => homes.flatMap(({ points }) => named(points, SOUND)).map(({ entity }) => entity),
};

export function homeView({ hass, texts, homes, recorded }) {
  const [home] = homes;
  if (!home) return nothing(texts);
  const { entities, points } = home;
  const tiles = (place, keys) =>
    paired(
      keys
        .map((key) => place.entities[key])
        .filter(Boolean)
        .map((entity) => tile(hass, entity)),
    );
  const images = Object.keys(entities).filter((key) => key.startsWith("image."));
  return sections(
    section(texts.state, "mdi:shield-home", [
      ...(entities[ALARM] ? [alarmCard(hass, entities[ALARM])] : []),
      ...named([home], COUNTDOWN).map(({ entity }) => whileKnown(countdownTile(entity))),
      ...tiles(home, OF_HOME),
      ...tiles(home, OF_STAY).map(whileKnown),
      ...hint(hass, texts, home),
    ]),
    points.flatMap((point) => section(point.name, "mdi:circle-double", tiles(point, OF_POINT))),
    section(
      texts.last_night,
      "mdi:weather-night",
      images.map((key) => picture(entities[key])),
    ),
    section(texts.guests, "mdi:calendar-account", calendar([entities["calendar.stays"]].filter(Boolean))),
    section(texts.sound, "mdi:volume-high", soundCards(hass, texts, points, recorded), { column_span: 3 }),
    section(texts.climate, "mdi:thermometer", climateCards(hass, texts, points), { column_span: 2 }),
    section(texts.events, "mdi:history", [logbook(happenings(home, points))]),
  );
}

// Return what reports each event once: of a Point its events, and without them all it has.
function happenings({ entities }, points) {
  const events = named(points, POINT_EVENTS).map(({ entity }) => entity);
  const others = points.filter((point) => !point.entities[POINT_EVENTS]);
  return {
    entity_id: [...REPORTS.map((key) => entities[key]).filter(Boolean), ...events],
    device_id: others.map(({ id }) => id),
  };
}

// Return a card that is hidden while its entity has no state, as check-in without a stay.
const whileKnown = (card) => ({
  ...card,
  visibility: [{ condition: "state", entity: card.entity, ...KNOWN }],
});

const countdownTile = (entity) => wide({ type: "tile", entity, name: { type: "entity" } });

const alarmCard = (hass, entity) =>
  wide(
    tile(hass, entity, {
      features: [{ type: "alarm-modes", modes: ["armed_away", "disarmed"] }],
      features_position: "bottom",
    }),
  );

// Return the readings of the last two days with their limits. A history graph draws entities of
// one unit together. A limit that all Points share is one line.
function history(hass, points, key, limits) {
  const lines = limits.flatMap(([limit, text]) => {
    const own = named(points, limit, ({ name }) => `${name}: ${text}`);
    const isShared = new Set(own.map(({ entity }) => hass.states[entity].state)).size === 1;
    return isShared ? [{ ...own[0], name: text }] : own;
  });
  const readings = named(points, key);
  return readings.length
    ? [wide({ type: "history-graph", hours_to_show: 48, entities: [...readings, ...lines] })]
    : [];
}

function soundCards(hass, texts, points, recorded) {
  const readings = history(hass, points, SOUND, [
    ["number.sound_level_high", texts.maximum],
    ["number.sound_level_high_quiet_hours", texts.quiet_maximum],
  ]);
  const options = { stat_types: ["mean", "min", "max"], period: "hour", days_to_show: HOURLY.days };
  const graphs = named(points, SOUND)
    .filter(({ entity }) => recorded.has(entity))
    .map(({ entity, name }) => ({
      ...statistics([entity], options),
      title: name,
      hide_legend: true,
      grid_options: { columns: 12 },
    }));
  const isEmpty = readings.length && !graphs.length;
  return [...readings, ...(isEmpty ? [markdown(texts.no_statistics)] : graphs)];
}

const climateCards = (hass, texts, points) => [
  ...history(hass, points, "sensor.temperature", [
    ["number.temperature_low", texts.minimum],
    ["number.temperature_high", texts.maximum],
  ]),
  ...history(hass, points, "sensor.humidity", [
    ["number.humidity_low", texts.minimum],
    ["number.humidity_high", texts.maximum],
  ]),
];

// Return where an administrator enables entities: in large accounts most are disabled at first.
function hint(hass, texts, { id, points }) {
  const hasAll = points.every(({ entities }) => entities["event.activity"]);
  if (hasAll || !hass.user?.is_admin) return [];
  return [markdown(`[${texts.disabled}](/config/devices/device/${id})`)];
}
