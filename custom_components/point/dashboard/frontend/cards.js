// Configurations of Home Assistant's own cards.

// Maximum letters of a name or a state for which half the width of a section is enough.
const SHORT = 12;

export const wide = (card) => ({ ...card, grid_options: { columns: "full" } });

export const markdown = (content) => wide({ type: "markdown", content, text_only: true });

// Return a view of sections.
export const sections = (...parts) => ({ type: "sections", max_columns: 3, sections: parts.flat() });

// Return the view of a dashboard without homes.
export const nothing = (texts) =>
  sections({ type: "grid", cards: [markdown(texts.no_homes)] });

// Return a section with a title, or nothing if it has no cards.
export const section = (heading, icon, cards, options) =>
  cards.length
    ? [{ type: "grid", cards: [{ type: "heading", heading, icon }, ...cards], ...options }]
    : [];

export const navigate = (path) => ({ action: "navigate", navigation_path: path });

// Return a tile named without its device. One with a long name or state takes the full width.
export function tile(hass, entity, options) {
  const state = hass.states[entity];
  const shown = [hass.formatEntityName(state, { type: "entity" }), hass.formatEntityState(state)];
  const card = { type: "tile", entity, name: { type: "entity" }, ...options };
  return shown.every((text) => text.length <= SHORT) ? card : wide(card);
}

export const countdownTile = (entity) =>
  wide({ type: "tile", entity, name: { type: "entity" } });

// Return tiles. A short one without a neighbor takes the full width.
export function paired(tiles) {
  let hasSpace = false; // whether the card before fills the left half of a row
  return tiles.map((card, at) => {
    if (card.grid_options) return card;
    const next = tiles[at + 1];
    const isSecond = hasSpace;
    hasSpace = !isSecond && !!next && !next.grid_options;
    return isSecond || hasSpace ? card : wide(card);
  });
}

// Return the entities with this key of homes or Points, under the names of those.
export const named = (places, key, name = (place) => place.name) =>
  places
    .filter(({ entities }) => entities[key])
    .map((place) => ({ entity: place.entities[key], name: name(place) }));

// The condition of an entity that has a state.
export const KNOWN = { state_not: ["unknown", "unavailable"] };

// Return a card that lists the entities whose state meets a condition.
export const filter = (title, entities, condition) =>
  entities.length
    ? [
        wide({
          type: "entity-filter",
          entities,
          conditions: [{ condition: "state", ...condition }],
          show_empty: false,
          card: { type: "entities", title, state_color: true },
        }),
      ]
    : [];

export const calendar = (entities) =>
  entities.length ? [wide({ type: "calendar", entities, initial_view: "listWeek" })] : [];

export const picture = (entity) =>
  wide({ type: "picture-entity", entity, show_name: false, show_state: false });

export const logbook = (target) => wide({ type: "logbook", target, hours_to_show: 24 });

export const statistics = (entities, options) =>
  wide({ type: "statistics-graph", chart_type: "line", entities, ...options });

// Return cards in columns of about the same length.
export function columns(cards, count) {
  const size = Math.ceil(cards.length / count);
  const parts = Array.from({ length: count }, (_, at) => cards.slice(at * size, (at + 1) * size));
  return parts.filter((part) => part.length).map((part) => ({ type: "grid", cards: part }));
}
