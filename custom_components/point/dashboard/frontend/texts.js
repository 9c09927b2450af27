// Texts in the language of the user, from the translations of the integration.

const PREFIX = "component.point.selector.dashboard.options.";
const loading = new Map();

// Return the texts by key. A failed request is repeated at the next opening.
export function loadTexts(hass) {
  const { language } = hass;
  if (!loading.has(language)) {
    const request = hass.callWS({
      type: "frontend/get_translations",
      category: "selector",
      integration: ["point"],
      language,
    });
    loading.set(language, request.then(({ resources }) => read(resources)));
    loading.get(language).catch(() => loading.delete(language));
  }
  return loading.get(language);
}

const read = (resources) =>
  Object.fromEntries(
    Object.entries(resources)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, text]) => [key.slice(PREFIX.length), text]),
  );
