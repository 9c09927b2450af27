// Registers the dashboard strategy "Minut". It generates a configuration of Home Assistant's own
// cards each time that the dashboard is opened, so nothing is stored.

import { HOURLY, homeView } from "./home.js";
import { findHomes } from "./model.js";
import { findRecorded } from "./statistics.js";
import { loadTexts } from "./texts.js";
import { COMPARED, compareView, dashboard, homesView, todayView } from "./views.js";

const TYPE = "minut";

// Views are generated when they are opened. Those with graphs of statistics name the sensors.
const strategy = (build, { sensors, days } = { sensors: () => [] }) =>
  class extends HTMLElement {
    static async generate(config, hass) {
      const homes = findHomes(hass, config);
      const [texts, recorded] = await Promise.all([
        loadTexts(hass),
        findRecorded(hass, sensors(homes, config), days),
      ]);
      return build({ config, hass, texts, homes, recorded });
    }
  };

class MinutDashboard extends strategy(dashboard) {
  static getCreateSuggestions() {
    return { title: "Minut", icon: "mdi:home-group" };
  }

  static async getConfigElement() {
    await import("./editor.js");
    return document.createElement("minut-dashboard-editor");
  }
}

const elements = {
  [`ll-strategy-dashboard-${TYPE}`]: MinutDashboard,
  [`ll-strategy-view-${TYPE}-today`]: strategy(todayView),
  [`ll-strategy-view-${TYPE}-homes`]: strategy(homesView),
  [`ll-strategy-view-${TYPE}-compare`]: strategy(compareView, COMPARED),
  [`ll-strategy-view-${TYPE}-home`]: strategy(homeView, HOURLY),
};
for (const [name, element] of Object.entries(elements)) {
  if (!customElements.get(name)) customElements.define(name, element);
}

// The dialog for new dashboards is part of the settings.
const entry = { type: TYPE, strategyType: "dashboard", name: "Minut", description: "" };
(window.customStrategies ||= []).push(entry);
customElements.whenDefined("ha-panel-config").then(async () => {
  entry.description = (await loadTexts(document.querySelector("home-assistant").hass)).description;
});
