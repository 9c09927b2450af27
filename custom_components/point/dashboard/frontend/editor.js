// The visual editor of the dashboard's options.

import { loadTexts } from "./texts.js";

const schema = (texts) => [
  { name: "area", selector: { area: { multiple: true } } },
  { name: "floor", selector: { floor: { multiple: true } } },
  { name: "label", selector: { label: { multiple: true } } },
  {
    name: "first",
    selector: {
      select: {
        mode: "dropdown",
        options: ["today", "homes", "compare"].map((value) => ({ value, label: texts[value] })),
      },
    },
  },
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
    if (!this._form) {
      this._form = document.createElement("ha-form");
      this._form.addEventListener("value-changed", (event) => {
        event.stopPropagation();
        this._config = event.detail.value;
        const detail = { config: this._config };
        this.dispatchEvent(new CustomEvent("config-changed", { detail, bubbles: true, composed: true }));
      });
      this.append(this._form);
    }
    this._form.schema = schema(texts);
    this._form.computeLabel = ({ name }) => texts[`option_${name}`];
    this._form.hass = this._hass;
    this._form.data = this._config;
  }
}

customElements.define("minut-dashboard-editor", MinutDashboardEditor);
