// Texts in the language of the user, from the translations of the integration.

const PREFIX = "component.point.selector.dashboard.options.";
const loading = new Map();

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
  }
  return loading.get(language);
}

function read(resources) {
  const texts = {};
  for (const [key, text] of Object.entries(resources)) {
    if (key.startsWith(PREFIX)) texts[key.slice(PREFIX.length)] = text;
  }
  return texts;
}
