// The dashboard and its views of all homes. Everything here is a function of its arguments.

import {
  KNOWN,
  calendar,
  columns,
  filter,
  markdown,
  named,
  navigate,
  nothing,
  section,
  sections,
  statistics,
  wide,
} from "./cards.js";
import { ALARM, COUNTDOWN, DISTURBANCE, SMOKE, SOUND, findTodoLists } from "./model.js";

const MAX_TABS = 8; // with more homes, their views are opened from other views
const PAGE = 40; // homes on a page
const LINES = 20; // lines that can be distinguished in a graph
const MAX_CALENDARS = 40;

const NOISY = ["first_notice", "second_notice", "third_notice"];
const UPSET = ["triggered", "pending"];
const SOUNDING = ["on"];
const EVENTFUL = ["expected", "arrived", "left_early", "checked_out", "cleaning", "somebody_there"];

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
