// What the registries know of homes and Points. Entity ids are never read: people change them.

const PLATFORM = "point";

// Entities whose name is that of their device class have no translation key.
const keyOf = (hass, entity) => {
  const [domain] = entity.entity_id.split(".");
  const deviceClass = hass.states[entity.entity_id]?.attributes.device_class;
  return `${domain}.${entity.translation_key || (domain === "alarm_control_panel" ? "alarm" : deviceClass)}`;
};

const nameOf = (device) => device.name_by_user || device.name || "";

// Return the homes that the configuration selects, by name: id, name, entities by key, Points.
export function findHomes(hass, config = {}) {
  const devices = new Map();
  for (const entity of Object.values(hass.entities)) {
    if (entity.platform !== PLATFORM || !entity.device_id || entity.hidden) continue;
    if (!hass.states[entity.entity_id]) continue;
    if (!devices.has(entity.device_id)) devices.set(entity.device_id, {});
    devices.get(entity.device_id)[keyOf(hass, entity)] = entity.entity_id;
  }
  const homes = new Map();
  for (const device of Object.values(hass.devices)) {
    if (device.model === "Home" && devices.has(device.id)) {
      const entities = devices.get(device.id);
      homes.set(device.id, { id: device.id, name: nameOf(device), device, entities, points: [] });
    }
  }
  for (const [id, entities] of devices) {
    const device = hass.devices[id];
    homes.get(device?.via_device_id)?.points.push({ id, name: nameOf(device), device, entities });
  }
  const compare = new Intl.Collator(hass.locale?.language, { numeric: true }).compare;
  const byName = (one, other) => compare(one.name, other.name);
  const found = [...homes.values()].filter((home) => isSelected(hass, home, config));
  for (const home of found) home.points.sort(byName);
  return found.sort(byName);
}

function isSelected(hass, home, { home: only, area, floor, label }) {
  if (only) return home.id === only;
  const devices = [home.device, ...home.points.map((point) => point.device)];
  const areas = devices.map((device) => device.area_id).filter(Boolean);
  const floors = areas.map((id) => hass.areas[id]?.floor_id);
  const labels = [...devices, ...areas.map((id) => hass.areas[id])].flatMap((item) => item?.labels || []);
  const matches = (wanted, own) => !wanted?.length || [wanted].flat().some((each) => own.includes(each));
  return matches(area, areas) && matches(floor, floors) && matches(label, labels);
}

// Return the entities of the account itself that belong to no home or Point, by key.
export function accountEntities(hass) {
  const found = {};
  for (const entity of Object.values(hass.entities)) {
    const device = hass.devices[entity.device_id];
    if (entity.platform !== PLATFORM || device?.model !== "Account") continue;
    if (hass.states[entity.entity_id]) (found[keyOf(hass, entity)] ||= []).push(entity.entity_id);
  }
  return found;
}
