// What the registries know of homes and Points. Entity ids are never parsed: users change them.

const DOMAIN = "point";

// The keys of entities that more than one view shows.
export const ALARM = "alarm_control_panel.alarm";
export const DISTURBANCE = "sensor.disturbance";
export const SMOKE = "binary_sensor.alarm";
export const SOUND = "sensor.sound_pressure";
// It has a state only while a home's exit or entry delay runs.
export const COUNTDOWN = "sensor.grace_period_ends";

// Entities whose name is that of their device class have no translation key.
const keyOf = (entity, state) =>
  `${entity.entity_id.split(".")[0]}.${entity.translation_key || state?.attributes.device_class}`;

const nameOf = (device) => device.name_by_user || device.name || "";

// Return the devices of the integration: id, name, registry entry, and entity ids by key. The
// dashboard and its first view share one pass, unless anything changed between them.
let latest = {};
function findDevices({ devices, entities, states }) {
  if (latest.devices !== devices || latest.entities !== entities || latest.states !== states) {
    latest = { devices, entities, states, found: readDevices({ devices, entities, states }) };
  }
  return latest.found;
}

function readDevices(hass) {
  const devices = new Map();
  for (const device of Object.values(hass.devices)) {
    if (!device.disabled_by && device.identifiers.some(([domain]) => domain === DOMAIN)) {
      devices.set(device.id, { id: device.id, name: nameOf(device), device, entities: {} });
    }
  }
  for (const entity of Object.values(hass.entities)) {
    const state = hass.states[entity.entity_id];
    if (entity.platform !== DOMAIN || entity.hidden) continue;
    const found = devices.get(entity.device_id);
    const key = keyOf(entity, state);
    if (found && (state || key === COUNTDOWN)) found.entities[key] = entity.entity_id;
  }
  return [...devices.values()];
}

// Return the homes that the options select, sorted by name: devices with `points`.
export function findHomes(hass, config = {}) {
  const homes = new Map();
  const devices = findDevices(hass);
  for (const home of devices) {
    if (home.device.model === "Home") homes.set(home.id, { ...home, points: [] });
  }
  for (const point of devices) homes.get(point.device.via_device_id)?.points.push(point);
  const { compare } = new Intl.Collator(hass.locale?.language, { numeric: true });
  const byName = (one, other) => compare(one.name, other.name);
  const found = [...homes.values()].filter((home) => isSelected(hass, home, config));
  for (const home of found) home.points.sort(byName);
  return found.sort(byName);
}

function isSelected(hass, home, { home: only, area, floor, label }) {
  if (only) return home.id === only;
  const devices = [home, ...home.points].map(({ device }) => device);
  const areas = devices.map((device) => device.area_id).filter(Boolean);
  const floors = areas.map((id) => hass.areas[id]?.floor_id);
  const labeled = [...devices, ...areas.map((id) => hass.areas[id])];
  const labels = labeled.flatMap((item) => item?.labels || []);
  const matches = (wanted, own) =>
    !wanted?.length || [wanted].flat().some((each) => own.includes(each));
  return matches(area, areas) && matches(floor, floors) && matches(label, labels);
}

// Return the to-do list of each account.
export const findTodoLists = (hass) =>
  findDevices(hass).flatMap(({ entities }) => entities["todo.needs_a_hand"] || []);
