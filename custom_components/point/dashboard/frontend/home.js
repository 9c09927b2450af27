// The view of one home. Everything here is a function of its arguments.

import {
  KNOWN,
  calendar,
  countdownTile,
  logbook,
  markdown,
  named,
  nothing,
  paired,
  picture,
  section,
  sections,
  statistics,
  tile,
  wide,
} from "./cards.js";
import { ALARM, COUNTDOWN, DISTURBANCE, SMOKE, SOUND } from "./model.js";

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
