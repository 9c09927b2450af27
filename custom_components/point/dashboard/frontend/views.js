// The views, as configurations of Home Assistant's own cards.

import { accountEntities } from "./model.js";

export const PAGE = 40; // homes on a page
const MAX_COMPARED = 20; // lines that can still be told apart in a graph
const MAX_CALENDARS = 20;
const DAYS = 7;

const NOISY = ["first_notice", "second_notice", "third_notice"];
const UPSET = ["triggered", "pending"];
const EVENTFUL = ["expected", "arrived", "left_early", "checked_out", "cleaning", "somebody_there"];

const heading = (text, icon, extra) => ({ type: "heading", heading: text, icon, ...extra });
const section = (title, icon, cards, extra) =>
  cards.length ? [{ type: "grid", cards: [heading(title, icon), ...cards], ...extra }] : [];
const wide = (card) => ({ ...card, grid_options: { columns: "full" } });
const entitiesOf = (places, key) => places.map((place) => place.entities[key]).filter(Boolean);
const tile = (entity, extra) => ({ type: "tile", entity, ...extra });
const markdown = (content) => ({ type: "markdown", content, text_only: true });

// A card with those of many entities that are in one of these states now; none if there is none.
const filter = (title, entities, states) =>
  entities.length
    ? [
        wide({
          type: "entity-filter",
          entities,
          conditions: [{ condition: "state", state: states }],
          show_empty: false,
          card: { type: "entities", title, state_color: true },
        }),
      ]
    : [];

// Homes with the same names of Points: each entity is shown with the name of its home.
const named = (places, key, name) =>
  places
    .filter((place) => place.entities[key])
    .map((place) => ({ entity: place.entities[key], name: name(place) }));

export function pageTitle(homes, page) {
  const shown = homes.slice(page * PAGE, (page + 1) * PAGE);
  return `${shown[0].name} – ${shown.at(-1).name}`;
}

export function todayView({ hass, texts, homes, pathOf, maxTabs }) {
  const account = accountEntities(hass);
  const points = homes.flatMap((home) => home.points.map((point) => ({ ...point, home })));
  const ofHome = (home) => home.name;
  const ofPoint = (point) => `${point.home.name} ${point.name}`;
  const urgent = [
    ...filter(texts.alarms, named(homes, "alarm_control_panel.alarm", ofHome), UPSET),
    ...filter(texts.smoke, named(points, "binary_sensor.alarm", ofPoint), ["on"]),
    ...filter(texts.noise, named(homes, "sensor.disturbance", ofHome), NOISY),
    ...filter(texts.offline, named(points, "binary_sensor.connectivity", ofPoint), ["off"]),
    ...filter(texts.batteries, named(points, "binary_sensor.battery", ofPoint), ["on"]),
  ];
  const calm = calmLine(texts, homes);
  const todo = (account["todo.needs_a_hand"] || []).map((entity) => wide({ type: "todo-list", entity }));
  const calendars = entitiesOf(homes, "calendar.stays");
  const guests = [
    ...filter(texts.status, named(homes, "sensor.status", ofHome), EVENTFUL),
    ...(calendars.length && calendars.length <= MAX_CALENDARS
      ? [wide({ type: "calendar", entities: calendars, initial_view: "listWeek" })]
      : []),
  ];
  const links =
    homes.length > maxTabs
      ? Array.from({ length: Math.ceil(homes.length / PAGE) }, (_, page) => ({
          type: "button",
          name: pageTitle(homes, page),
          icon: "mdi:home-group",
          show_state: false,
          tap_action: { action: "navigate", navigation_path: page ? `homes-${page + 1}` : "homes" },
          grid_options: { columns: 6, rows: 2 },
        }))
      : homes.map((home) => homeTile(home, pathOf));
  return {
    type: "sections",
    max_columns: 3,
    sections: [
      ...section(texts.now, "mdi:bell-outline", [calm, ...urgent]),
      ...section(texts.to_do, "mdi:clipboard-check-outline", todo),
      ...section(texts.guests, "mdi:calendar-account", guests),
      ...section(texts.homes, "mdi:home-group", links),
    ],
  };
}

// One line for all homes in which nothing happens.
function calmLine(texts, homes) {
  const noisy = JSON.stringify(entitiesOf(homes, "sensor.disturbance"));
  const panels = JSON.stringify(entitiesOf(homes, "alarm_control_panel.alarm"));
  const count =
    `(${noisy} | select('is_state', ${JSON.stringify(NOISY)}) | list | count)` +
    ` + (${panels} | select('is_state', ${JSON.stringify(UPSET)}) | list | count)`;
  return markdown(
    `{% set busy = ${count} %}{% if busy == 0 %}${texts.all_calm}{% else %}` +
      `${texts.calm.replace("{calm}", `{{ ${homes.length} - busy }}`).replace("{all}", homes.length)}{% endif %}`,
  );
}

function homeTile(home, pathOf) {
  const entity =
    home.entities["alarm_control_panel.alarm"] ||
    home.entities["sensor.disturbance"] ||
    Object.values(home.entities)[0];
  return tile(entity, {
    name: home.name,
    tap_action: { action: "navigate", navigation_path: pathOf(home) },
    icon_tap_action: { action: "more-info" },
  });
}

export function homesView({ config, texts, homes, pathOf }) {
  const shown = homes.slice(config.page * PAGE, (config.page + 1) * PAGE);
  const neighbours = [config.page - 1, config.page + 1]
    .filter((page) => page >= 0 && page * PAGE < homes.length)
    .map((page) => ({
      type: "button",
      name: pageTitle(homes, page),
      icon: page < config.page ? "mdi:chevron-left" : "mdi:chevron-right",
      tap_action: { action: "navigate", navigation_path: page ? `homes-${page + 1}` : "homes" },
      grid_options: { columns: 6, rows: 2 },
    }));
  return {
    type: "sections",
    max_columns: 3,
    sections: [
      ...columns(shown.map((home) => homeTile(home, pathOf)), 3),
      ...section(texts.more_homes, "mdi:home-group", neighbours),
    ],
  };
}

function columns(cards, count) {
  const size = Math.ceil(cards.length / count);
  const parts = Array.from({ length: count }, (_, at) => cards.slice(at * size, (at + 1) * size));
  return parts.filter((part) => part.length).map((part) => ({ type: "grid", cards: part }));
}

export function compareView({ texts, homes }) {
  const graph = (key, title) => {
    const shown = homes
      .flatMap((home) => {
        const point = home.points.find((each) => each.entities[key]);
        return point ? [{ entity: point.entities[key], name: home.name }] : [];
      })
      .slice(0, MAX_COMPARED);
    return section(title, "mdi:chart-line", shown.length ? [
      wide({
        type: "statistics-graph",
        entities: shown,
        stat_types: ["mean"],
        chart_type: "line",
        period: "day",
        days_to_show: 30,
      }),
    ] : [], { column_span: 3 });
  };
  const note =
    homes.length > MAX_COMPARED
      ? [{ type: "grid", cards: [markdown(texts.compared.replace("{count}", MAX_COMPARED))] }]
      : [];
  return {
    type: "sections",
    max_columns: 3,
    sections: [
      ...note,
      ...graph("sensor.sound_pressure", texts.sound),
      ...graph("sensor.temperature", texts.temperature),
      ...graph("sensor.humidity", texts.humidity),
    ],
  };
}

export function homeView({ texts, homes }) {
  const [home] = homes;
  if (!home) return { cards: [markdown(texts.no_homes)] };
  const { entities, points } = home;
  const state = [
    entities["alarm_control_panel.alarm"] && wide(
      tile(entities["alarm_control_panel.alarm"], {
        features: [{ type: "alarm-modes", modes: ["armed_away", "disarmed"] }],
        features_position: "bottom",
      }),
    ),
    ...["sensor.status", "sensor.disturbance", "switch.noise_monitoring", "select.noise_preset"]
      .map((key) => entities[key])
      .filter(Boolean)
      .map((entity) => tile(entity)),
    ...hint(texts, home),
  ].filter(Boolean);
  const image = Object.keys(entities).find((key) => key.startsWith("image."));
  return {
    type: "sections",
    max_columns: 3,
    sections: [
      ...section(texts.state, "mdi:shield-home", state),
      ...points.flatMap((point) => section(point.name, "mdi:circle-double", pointCards(point))),
      ...section(texts.sound, "mdi:volume-high", soundCards(texts, points), { column_span: 2 }),
      ...section(texts.climate, "mdi:thermometer", climateCards(texts, points), { column_span: 2 }),
      ...section(
        texts.last_night,
        "mdi:weather-night",
        image ? [wide({ type: "picture-entity", entity: entities[image], show_name: false, show_state: false })] : [],
      ),
      ...section(
        texts.guests,
        "mdi:calendar-account",
        entitiesOf([home], "calendar.stays").map((entity) =>
          wide({ type: "calendar", entities: [entity], initial_view: "listWeek" }),
        ),
      ),
      ...section(texts.events, "mdi:history", [
        wide({ type: "logbook", target: { device_id: [home.id, ...points.map((each) => each.id)] }, hours_to_show: 24 }),
      ]),
    ],
  };
}

const POINT_KEYS = [
  "sensor.temperature",
  "sensor.humidity",
  "sensor.sound_pressure",
  "binary_sensor.motion",
  "binary_sensor.alarm",
  "binary_sensor.connectivity",
  "sensor.battery",
];

const pointCards = (point) =>
  POINT_KEYS.map((key) => point.entities[key]).filter(Boolean).map((entity) => tile(entity));

// Lines of readings with their limits: history graphs draw entities of one unit together.
function history(points, key, limits) {
  const lines = points.flatMap((point) => [
    ...named([point], key, () => point.name),
    ...limits.flatMap(([limit, text]) => named([point], limit, () => `${point.name}: ${text}`)),
  ]);
  return lines.length
    ? [wide({ type: "history-graph", hours_to_show: 24 * 2, entities: lines })]
    : [];
}

function soundCards(texts, points) {
  const shown = named(points, "sensor.sound_pressure", (point) => point.name);
  if (!shown.length) return [];
  return [
    ...history(points, "sensor.sound_pressure", [
      ["number.sound_level_high", texts.maximum],
      ["number.sound_level_high_quiet_hours", texts.quiet_maximum],
    ]),
    wide({
      type: "statistics-graph",
      entities: shown,
      stat_types: ["mean", "min", "max"],
      chart_type: "line",
      period: "hour",
      days_to_show: DAYS,
    }),
  ];
}

const climateCards = (texts, points) => [
  ...history(points, "sensor.temperature", [
    ["number.temperature_low", texts.minimum],
    ["number.temperature_high", texts.maximum],
  ]),
  ...history(points, "sensor.humidity", [
    ["number.humidity_low", texts.minimum],
    ["number.humidity_high", texts.maximum],
  ]),
];

// In large accounts most entities are disabled at first.
function hint(texts, home) {
  const hasAll = home.points.every((point) => point.entities["event.activity"]);
  return hasAll ? [] : [wide(markdown(texts.disabled))];
}
