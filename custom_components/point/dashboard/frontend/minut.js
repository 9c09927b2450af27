// Dashboard strategy "Minut". It generates a configuration of Home Assistant's own cards each time
// the dashboard is opened, so that nothing is stored and everything follows the registries.

import { findHomes } from "./model.js";
import { loadTexts } from "./texts.js";
import { compareView, homeView, homesView, PAGE, pageTitle, todayView } from "./views.js";

const TYPE = "minut";
const MAX_TABS = 8; // with more homes, their views are not tabs but are opened from the others

const pathOf = (home) => `home-${home.id}`;

class MinutDashboard extends HTMLElement {
  static async generate(config, hass) {
    const [texts, homes] = [await loadTexts(hass), findHomes(hass, config)];
    if (!homes.length) {
      return { views: [{ title: "Minut", cards: [{ type: "markdown", content: texts.no_homes }] }] };
    }
    const views = homes.map((home) => ({
      title: home.name,
      path: pathOf(home),
      icon: "mdi:home",
      subview: homes.length > MAX_TABS,
      strategy: { type: `custom:${TYPE}-home`, home: home.id },
    }));
    if (homes.length === 1) return { title: homes[0].name, views };
    const own = [
      { title: texts.today, path: "today", icon: "mdi:bell-outline", kind: "today" },
      ...pages(homes, texts),
      { title: texts.compare, path: "compare", icon: "mdi:chart-line", kind: "compare" },
    ].map(({ kind, page, ...view }) => ({
      ...view,
      strategy: { ...config, type: `custom:${TYPE}-${kind}`, page },
    }));
    const first = own.findIndex((view) => view.path === config.first);
    if (first > 0) own.unshift(...own.splice(first, 1));
    return { title: "Minut", views: [...own, ...views] };
  }

  static async getConfigElement() {
    await import("./editor.js");
    return document.createElement("minut-dashboard-editor");
  }
}

// The homes in pages, with more homes than tabs.
function pages(homes, texts) {
  if (homes.length <= MAX_TABS) return [];
  const count = Math.ceil(homes.length / PAGE);
  return Array.from({ length: count }, (_, page) => ({
    title: count === 1 ? texts.homes : pageTitle(homes, page),
    path: page ? `homes-${page + 1}` : "homes",
    icon: "mdi:home-group",
    subview: page > 0,
    kind: "homes",
    page,
  }));
}

// Views are generated when they are opened.
const view = (build) =>
  class extends HTMLElement {
    static async generate(config, hass) {
      const [texts, homes] = [await loadTexts(hass), findHomes(hass, config)];
      return build({ config, hass, texts, homes, pathOf, maxTabs: MAX_TABS });
    }
  };

const elements = {
  [`ll-strategy-dashboard-${TYPE}`]: MinutDashboard,
  [`ll-strategy-view-${TYPE}-today`]: view(todayView),
  [`ll-strategy-view-${TYPE}-homes`]: view(homesView),
  [`ll-strategy-view-${TYPE}-compare`]: view(compareView),
  [`ll-strategy-view-${TYPE}-home`]: view(homeView),
};
for (const [name, element] of Object.entries(elements)) {
  if (!customElements.get(name)) customElements.define(name, element);
}

window.customStrategies = window.customStrategies || [];
if (!window.customStrategies.some((strategy) => strategy.type === TYPE)) {
  window.customStrategies.push({
    type: TYPE,
    strategyType: "dashboard",
    name: "Minut",
    description: "Minut Point: noise, alarms, climate, stays",
  });
}
