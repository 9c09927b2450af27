// The visual editor of the dashboard's options.

import { findHomes } from "./model.js";
import { loadTexts } from "./texts.js";
import { tabs } from "./views.js";

const several = (name) => ({ name, selector: { [name]: { multiple: true } } });

const choice = (name, options, multiple = false) => ({
  name,
  selector: { select: { mode: "dropdown", options, multiple } },
});

// The floors are a choice as well: Home Assistant's own selector of floors does not show its label.
const schema = (floors, views) => [
  several("area"),
  ...(floors.length ? [choice("floor", floors, true)] : []),
  several("label"),
  choice("first", views),
];

class MinutDashboardEditor extends HTMLElement {
  setConfig(config) {
    this._config = config;
    this._show();
  }

  set hass(hass) {
    this._hass = hass;
    this._show();
  }

  async _show() {
    if (!this._hass || !this._config) return;
    const texts = await loadTexts(this._hass);
    this._form ||= this._create();
    const views = tabs(findHomes(this._hass, this._config), texts, this._config);
    this._form.schema = schema(
      Object.values(this._hass.floors).map(({ floor_id, name }) => ({ value: floor_id, label: name })),
      views.map(({ path, title }) => ({ value: path, label: title })),
    );
    this._form.computeLabel = ({ name }) => texts[`option_${name}`];
    this._form.hass = this._hass;
    this._form.data = this._config;
  }

  _create() {
    const form = document.createElement("ha-form");
    form.addEventListener("value-changed", (event) => {
      event.stopPropagation();
      const detail = { config: event.detail.value };
      const options = { detail, bubbles: true, composed: true };
      this.dispatchEvent(new CustomEvent("config-changed", options));
    });
    this.append(form);
    return form;
  }
}

customElements.define("minut-dashboard-editor", MinutDashboardEditor);
